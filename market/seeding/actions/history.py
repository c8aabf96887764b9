"""Loads the year of orders as rows: what the market's own actions would have left, at the moments of the plan."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from market.adoption.models import DeclaredSale
from market.base.audit import GUEST, Actor, Change, record
from market.base.db import locked_all
from market.catalog.actions.on_hand import Cause, set_on_hand
from market.catalog.models import MoveReason, Product, Reservation, ReservationEnd, Variant
from market.notices.actions import Message, enqueue_notifications
from market.orders.models import Order, OrderLine
from market.orders.rules import Acceptance, OrderStatus, PayChoice, Recipient, notice_key
from market.places.queries import quiet_hours
from market.seeding.actions.buying import Buyers, DeliveryTerms, enter_purchases
from market.seeding.actions.cast import Demo
from market.seeding.actions.money import Entered, enter_money, enter_stray_money
from market.seeding.actions.times import Times, times_of
from market.seeding.files import Seeds
from market.seeding.rules import Fate, PlannedOrder, code_of
from market.sellers.models import BankConnection, Stall
from market.values.money import Dong
from market.values.period import local_day
from market.values.quantity import line_total

STATUS = {
    Fate.BANK: OrderStatus.DELIVERED,
    Fate.CONFIRMED: OrderStatus.DELIVERED,
    Fate.DECLARED: OrderStatus.DELIVERED,
    Fate.DECLINED: OrderStatus.DECLINED,
    Fate.CANCELLED: OrderStatus.CANCELLED,
    Fate.EXPIRED: OrderStatus.EXPIRED,
    Fate.PLACED: OrderStatus.PLACED,
    Fate.ACCEPTED: OrderStatus.ACCEPTED,
    Fate.READY: OrderStatus.READY,
}
REASONS = {
    Fate.DECLINED: "Hôm nay hết hàng, hẹn bác lứa sau",
    Fate.CANCELLED: "Người mua hủy",
    Fate.EXPIRED: "Gian hàng chưa trả lời kịp giờ",
}
OUTCOME = {
    Fate.DECLINED: ReservationEnd.RELEASED,
    Fate.CANCELLED: ReservationEnd.RELEASED,
    Fate.EXPIRED: ReservationEnd.EXPIRED,
}


def load_history(session: Session, seeds: Seeds, demo: Demo, plans: Sequence[PlannedOrder]) -> None:
    """Enter every planned order with its goods, money and events."""
    quiet = quiet_hours(session, demo.commune_id)
    times = {id(plan): times_of(plan, number, seeds, quiet) for number, plan in enumerate(plans)}
    entered = _enter_orders(session, seeds, demo, plans, times)
    _enter_lines(session, demo, entered)
    _enter_stock(session, entered)
    enter_money(session, entered)
    enter_stray_money(session, seeds, demo)
    _enter_events(session, entered)
    _tell_sellers(session, entered)
    _enter_declared(session, seeds, demo)


def _enter_orders(
    session: Session, seeds: Seeds, demo: Demo, plans: Sequence[PlannedOrder], times: dict[int, Times]
) -> list[Entered]:
    buyers = Buyers.read(session, seeds, demo)
    purchases = enter_purchases(session, demo, buyers, plans, {plan.cart: times[id(plan)].placed for plan in plans})
    stalls = {stall.id: stall for stall in session.scalars(select(Stall).where(Stall.commune_id == demo.commune_id))}
    entered = []
    for number, plan in enumerate(plans):
        variant = session.get_one(Variant, demo.variants[plan.product])
        terms = DeliveryTerms.of(plan, stalls[variant.stall_id], buyers)
        order = _order(plan, times[id(plan)], stalls[variant.stall_id], variant, terms)
        order.purchase_id, order.code = purchases[plan.cart], code_of("DS", number)
        session.add(order)
        entered.append(
            Entered(
                plan=plan,
                order=order,
                times=times[id(plan)],
                variant=variant,
                buyer=Actor(person_id=buyers.person(plan.buyer)),
                seller=demo.owner(plan.business),
            )
        )
    session.flush()
    return entered


def _order(plan: PlannedOrder, at: Times, stall: Stall, variant: Variant, terms: DeliveryTerms) -> Order:
    goods = line_total(variant.price, plan.amount)
    is_confirmed = plan.fate is Fate.CONFIRMED or (plan.fate is Fate.BANK and at.placed.minute % 3 == 0)
    is_transfer = plan.fate is Fate.BANK or plan.fate is Fate.ACCEPTED
    return Order(
        commune_id=stall.commune_id,
        stall_id=stall.id,
        business_id=stall.business_id,
        status=STATUS[plan.fate],
        pay_choice=PayChoice.TRANSFER if is_transfer else PayChoice.ON_RECEIPT,
        delivery=terms.delivery,
        pickup_point_id=terms.pickup_point_id,
        goods_total=goods,
        delivery_fee=terms.fee,
        discount=Dong(0),
        total=goods + terms.fee,
        placed_at=at.placed,
        placed_on=local_day(at.placed),
        due_at=at.due,
        accepted_at=at.accepted,
        acceptance=Acceptance.UNKNOWN if plan.fate is Fate.ACCEPTED else None,
        ready_at=at.ready,
        completed_at=at.completed,
        completed_on=local_day(at.completed) if at.completed else None,
        buyer_confirmed_at=at.completed if is_confirmed else None,
        ended_at=at.ended,
        ended_reason=REASONS.get(plan.fate),
    )


def _enter_lines(session: Session, demo: Demo, entered: Sequence[Entered]) -> None:
    products = {one.id: one for one in session.scalars(select(Product).where(Product.commune_id == demo.commune_id))}
    rows = [
        {
            "commune_id": one.order.commune_id,
            "order_id": one.order.id,
            "variant_id": one.variant.id,
            "product_id": one.variant.product_id,
            "lot_id": None,
            "product_name": products[one.variant.product_id].name,
            "variant_label": one.variant.label,
            "stall_name": products[one.variant.product_id].stall.name,
            "unit": one.variant.unit,
            "tax_group": products[one.variant.product_id].tax_group,
            "price": one.variant.price,
            "amount": one.plan.amount,
            "line_total": one.order.goods_total,
        }
        for one in entered
    ]
    session.execute(insert(OrderLine), rows)


# --- goods ----------------------------------------------------------------------------------------------------------


def _enter_stock(session: Session, entered: Sequence[Entered]) -> None:
    """Reservations of every order, and a move for each counted sale; the amounts on hand and held follow."""
    session.execute(insert(Reservation), [_reservation(one) for one in entered])
    sold = [one for one in entered if one.plan.fate.is_completed and one.variant.on_hand is not None]
    counted = locked_all(session, Variant, Variant.id.in_({one.variant.id for one in sold}))
    goods = {variant.row.id: variant for variant in counted}
    for one in sold:
        variant = goods[one.variant.id]
        cause = Cause(actor=one.seller, at=one.times.last, reason=MoveReason.SALE, order_id=one.order.id)
        set_on_hand(session, variant, (variant.row.on_hand or 0) - one.plan.amount, cause)
    for one in entered:
        if one.plan.fate.is_open:
            one.variant.reserved += one.plan.amount
    session.flush()


def _reservation(one: Entered) -> dict[str, object]:
    is_open = one.plan.fate.is_open
    return {
        "commune_id": one.order.commune_id,
        "variant_id": one.variant.id,
        "order_id": one.order.id,
        "amount": one.plan.amount,
        "held_until": one.times.due,
        "released_at": None if is_open else one.times.last,
        "outcome": None if is_open else OUTCOME.get(one.plan.fate, ReservationEnd.SOLD),
    }


# --- what was written down and told ---------------------------------------------------------------------------------


def _enter_events(session: Session, entered: Sequence[Entered]) -> None:
    for one in entered:
        at, fate = one.times, one.plan.fate
        steps = [("place", one.buyer, at.placed), ("accept", one.seller, at.accepted), ("ready", one.seller, at.ready)]
        steps.append(("complete", one.seller, at.completed))
        ends = {
            Fate.DECLINED: ("decline", one.seller),
            Fate.CANCELLED: ("cancel", one.buyer),
            Fate.EXPIRED: ("expire", GUEST),
        }
        if fate in ends:
            steps.append((*ends[fate], at.ended))
        for verb, actor, moment in steps:
            if moment is not None:
                record(session, actor, _change(one.order, verb), now=moment)
    session.flush()


def _change(order: Order, verb: str) -> Change:
    return Change(
        verb=verb,
        subject="order",
        subject_id=order.id,
        commune_id=order.commune_id,
        business_id=order.business_id,
        fields=() if verb == "place" else ("status",),
    )


def _tell_sellers(session: Session, entered: Sequence[Entered]) -> None:
    """The notices of orders that still wait for an answer."""
    for one in entered:
        if one.plan.fate is Fate.PLACED:
            message = Message(
                dedupe_key=notice_key("order", one.order.id, Recipient.SELLER, "don_moi"),
                kind="don_moi",
                sentence=f"Đơn mới {one.order.code}.",
                commune_id=one.order.commune_id,
                business_id=one.order.business_id,
                order_id=one.order.id,
            )
            enqueue_notifications(session, [message], now=one.times.placed)


def _enter_declared(session: Session, seeds: Seeds, demo: Demo) -> None:
    for row in seeds.table("declared_sales"):
        day = row.whole("sold_offset")
        session.add(
            DeclaredSale(
                business_id=demo.businesses[row.text("business")],
                platform=row.text("platform"),
                sold_on=seeds.day(day),
                declared_by=demo.people[row.text("declared_by")],
                declared_at=seeds.morning(day + 1),
            )
        )
    session.execute(update(BankConnection).values(last_notice_at=seeds.now))
