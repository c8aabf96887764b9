"""Check-out: one purchase over one order per stall, its goods reserved, all in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.db import Base, UtcTime, lock_names
from market.base.drawn import insert_drawn
from market.base.errors import Conflict
from market.catalog.actions.stock import StockRequest, reserve
from market.notices.actions import Message, enqueue_notifications
from market.orders.actions.checking import check_lines, is_cart_as_shown, lock_stalls, stalls_as_asked
from market.orders.actions.depositing import deposits_as_shown
from market.orders.actions.holding import orders_held
from market.orders.actions.inputs import Placed, PlacePurchase, WantedLine, WantedOrder
from market.orders.actions.slots import check_slots, point_names, slot_names
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.offers import Offer, StallOffer
from market.orders.queries.orders import order_ids_of, purchase_with_key
from market.orders.queries.standing import BuyerKeys, ForBuyer, offers_for
from market.orders.rules import (
    Acceptance,
    Delivery,
    OrderStatus,
    PayChoice,
    Recipient,
    answer_deadline,
    held_as,
    hold_deadline,
    notice_key,
)
from market.orders.rules.deposits import TERMS, Deposit
from market.orders.rules.slots import hold_for_slot
from market.places.queries.modes import MODE
from market.sellers.queries import right_to
from market.values.codes import new_order_code, new_purchase_code
from market.values.money import Dong, format_dong
from market.values.period import local_day
from market.values.quantity import line_total
from market.values.quiet import QuietHours

_TABLES = Base.metadata.tables

# Built once: building a statement costs as much as running it.
_NEW_CONTACT = insert(_TABLES["contact"]).returning(_TABLES["contact"].c.id)
_NEW_LINES = insert(_TABLES["order_line"])
_NEW_NOTES = insert(_TABLES["order_message"])
_BOUGHT = delete(_TABLES["cart_line"]).where(
    _TABLES["cart_line"].c.cart_id == bindparam("cart"),
    _TABLES["cart_line"].c.variant_id.in_(bindparam("bought", expanding=True)),
)
_CHANGED = (
    update(_TABLES["cart"])
    .where(_TABLES["cart"].c.id == bindparam("cart"))
    .values(changes=_TABLES["cart"].c.changes + 1, updated_at=bindparam("now", type_=UtcTime()))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A check-out found in order: what is asked, what is offered, by whom, when, in which hours no clock runs; of each
    order, whether it holds its goods at once, and what is paid before they are kept."""

    new: PlacePurchase
    offers: Mapping[int, Offer]
    stalls: Mapping[int, StallOffer]
    held: Sequence[bool]
    deposits: Sequence[Deposit | None]
    quiet: QuietHours
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredPurchase:
    """The purchase's row as entered."""

    id: int
    code: str


class _OrderRow(TypedDict):
    """The columns of a new order but its code, which is drawn."""

    commune_id: int
    purchase_id: int
    stall_id: int
    business_id: int
    status: OrderStatus
    pay_choice: PayChoice
    delivery: Delivery
    pickup_point_id: int | None
    hamlet_id: int | None
    pays_carrier: bool
    goods_total: Dong
    delivery_fee: Dong
    total: Dong
    placed_at: datetime
    placed_on: date
    accepted_at: datetime | None
    acceptance: Acceptance | None
    due_at: datetime
    is_held: bool
    to_weigh: int
    deposit: Dong
    deposit_kept: Dong
    deposit_terms: int | None
    slot_on: date | None
    slot_begins: int | None
    slot_ends: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """An order as entered, and what was asked of whom."""

    id: int
    code: str
    asked: WantedOrder
    stall: StallOffer
    row: _OrderRow


def place_purchase(session: Session, actor: Actor, new: PlacePurchase, *, now: datetime) -> Placed:
    """Place a check-out, or return the one its client key already placed.

    Refused where something is sold out, no longer sold, priced otherwise than shown, or cannot come as asked, and where
    the goods of a stall are worth less than its least order; Conflict where the cart has changed since it was reviewed,
    or a point takes no more orders in the slot that was chosen, which are counted while its name is locked;
    SentOtherwise where it was placed otherwise. Refused too where the buyer holds too much without money: what
    they hold is counted while their names are locked; and where the market takes no orders: its mode stays as it is
    read until the orders stand.
    """
    buyer = _keys_of(actor, new)
    names = [*(("holder", *name) for name in buyer.names()), *slot_names(new)]
    lock_names(session, names, held=[(MODE, new.commune_id), *point_names(new)])
    lock_stalls(session, new)
    is_as_shown = is_cart_as_shown(session, new)
    content = ("purchase", replace(new.buyer, device=None, network=None), new.orders)
    sent = SentForm(key=new.client_key, content=content, told=f"đặt {len(new.lines)} món")
    if used_before(session, f"purchases:{new.commune_id}", sent, now=now) or not is_as_shown:
        return _placed_before(session, new)
    checked = _check(session, new, offers_for(session, buyer, new.commune_id, _variants(new), now=now), now)
    purchase = _enter_purchase(session, actor, checked)
    if purchase is None:
        return _placed_before(session, new)
    orders = _enter_orders(session, purchase, checked)
    _empty_cart(session, new, now)
    _write_down(session, actor, orders, checked)
    enqueue_notifications(session, [_receipt(actor, purchase, orders), *map(_news, orders)], now=now)
    ids = tuple(order.id for order in orders)
    return Placed(purchase_id=purchase.id, code=purchase.code, order_ids=ids, is_new=True)


def _keys_of(actor: Actor, new: PlacePurchase) -> BuyerKeys:
    one = new.buyer
    return BuyerKeys(device=one.device, person_id=actor.person_id, phone=one.phone, network=one.network)


def _variants(new: PlacePurchase) -> list[int]:
    return [line.variant_id for line in new.lines]


def _check(session: Session, new: PlacePurchase, there: ForBuyer, now: datetime) -> _Checked:
    check_lines(new, there.offers)
    stalls = stalls_as_asked(new, there.offers)
    check_slots(session, new, stalls, quiet=there.quiet, now=now)
    held = orders_held(new, there)
    deposits = deposits_as_shown(new, there)
    return _Checked(
        new=new, offers=there.offers, stalls=stalls, held=held, deposits=deposits, quiet=there.quiet, now=now
    )


def _placed_before(session: Session, new: PlacePurchase) -> Placed:
    """What the client key bought; Conflict where it has bought nothing and its cart is another one now."""
    known = purchase_with_key(session, new.commune_id, new.client_key)
    if known is None:
        raise Conflict("cart_changed", "Giỏ hàng đã đổi sau khi bạn xem lại. Chưa đặt gì cả, mời xem lại lần nữa.")
    ids = order_ids_of(session, known.id)
    return Placed(purchase_id=known.id, code=known.code, order_ids=ids, is_new=False)


def _enter_purchase(session: Session, actor: Actor, checked: _Checked) -> EnteredPurchase | None:
    new = checked.new
    contact = asdict(new.buyer) | {"person_id": actor.person_id}
    return enter_purchase(session, new.commune_id, new.client_key, contact, now=checked.now)


def enter_purchase(
    session: Session, commune_id: int, client_key: str, contact: Mapping[str, object], *, now: datetime
) -> EnteredPurchase | None:
    """The row of a purchase with that of its contact (columns but the commune's); None where another request entered
    the same key concurrently."""
    connection = session.connection()
    contact_id = connection.execute(_NEW_CONTACT, {**contact, "commune_id": commune_id}).scalar_one()
    values = {"commune_id": commune_id, "contact_id": contact_id, "client_key": client_key, "placed_at": now}
    made = insert_drawn(
        session,
        Purchase,
        [values],
        draw=new_purchase_code,
        is_known=lambda: purchase_with_key(session, commune_id, client_key) is not None,
    )
    if not made:
        connection.execute(delete(Contact).where(Contact.id == contact_id))
        return None
    [(code, purchase_id)] = made.items()
    return EnteredPurchase(id=purchase_id, code=code)


def _enter_orders(session: Session, purchase: EnteredPurchase, checked: _Checked) -> list[_Order]:
    """One order per stall with its frozen lines, and all their goods reserved."""
    connection = session.connection()
    all_asked = zip(checked.new.orders, checked.held, checked.deposits, strict=True)
    rows = [_order_row(purchase, asked, checked, is_held, deposit) for asked, is_held, deposit in all_asked]
    letters = checked.offers[checked.new.lines[0].variant_id].commune_letters
    made = insert_drawn(session, Order, rows, draw=lambda: new_order_code(letters))
    orders = [
        _Order(id=order_id, code=code, asked=asked, stall=checked.stalls[asked.stall_id], row=row)
        for asked, row, (code, order_id) in zip(checked.new.orders, rows, made.items(), strict=True)
    ]
    lines = [_line(order, line, checked) for order in orders for line in order.asked.lines]
    connection.execute(_NEW_LINES, lines)
    if notes := [_note(order, checked.now) for order in orders if order.asked.note]:
        connection.execute(_NEW_NOTES, notes)
    wanted = [_goods(order, line) for order in orders if order.row["is_held"] for line in order.asked.lines]
    reserve(session, wanted, now=checked.now)
    return orders


def _goods(order: _Order, line: WantedLine) -> StockRequest:
    return StockRequest(
        commune_id=order.row["commune_id"],
        order_id=order.id,
        variant_id=line.variant_id,
        amount=line.amount,
        held_until=order.row["due_at"],
    )


def _order_row(
    purchase: EnteredPurchase, wanted: WantedOrder, checked: _Checked, is_held: bool, deposit: Deposit | None
) -> _OrderRow:
    """A stall that takes orders by itself still looks at those whose goods are not held yet."""
    stall, now, quiet = checked.stalls[wanted.stall_id], checked.now, checked.quiet
    goods = Dong(sum(line_total(line.price, line.amount) for line in wanted.lines))
    by_itself, slot = stall.accepts_by_itself and is_held, wanted.slot
    to_weigh = sum(line.weighed_within is not None for line in wanted.lines)
    pays = held_as(wanted.pay_choice, to_weigh=to_weigh, deposit=deposit.amount if deposit else 0)
    due = hold_deadline(pays, now, stall.hold_days, quiet) if by_itself else answer_deadline(now, quiet)
    waits_to_know = by_itself and pays is PayChoice.TRANSFER
    return {
        "commune_id": checked.new.commune_id,
        "purchase_id": purchase.id,
        "stall_id": stall.stall_id,
        "business_id": stall.business_id,
        "status": OrderStatus.ACCEPTED if by_itself else OrderStatus.PLACED,
        "pay_choice": wanted.pay_choice,
        "delivery": wanted.delivery,
        "pickup_point_id": wanted.pickup_point_id if wanted.delivery is Delivery.PICKUP_POINT else None,
        "hamlet_id": wanted.hamlet_id if wanted.delivery is Delivery.IN_COMMUNE else None,
        "pays_carrier": wanted.pays_carrier,
        "goods_total": goods,
        "delivery_fee": wanted.delivery_fee,
        "total": goods + wanted.delivery_fee,
        "placed_at": now,
        "placed_on": local_day(now),
        "accepted_at": now if by_itself else None,
        "acceptance": Acceptance.UNKNOWN if waits_to_know else None,
        "due_at": hold_for_slot(due, pays, slot) if by_itself else due,
        "is_held": is_held,
        "to_weigh": to_weigh,
        "deposit": deposit.amount if deposit else Dong(0),
        "deposit_kept": deposit.kept if deposit else Dong(0),
        "deposit_terms": TERMS if deposit else None,
        "slot_on": slot.day if slot else None,
        "slot_begins": slot.begins if slot else None,
        "slot_ends": slot.ends if slot else None,
    }


def _line(order: _Order, line: WantedLine, checked: _Checked) -> dict[str, object]:
    about = {"commune_id": order.row["commune_id"], "order_id": order.id}
    return about | frozen_line(checked.offers[line.variant_id], line)


def frozen_line(offer: Offer, line: WantedLine) -> dict[str, object]:
    """What the row of a line says of it as it is sold, whatever becomes of the goods later."""
    return {
        "variant_id": offer.variant_id,
        "product_id": offer.product_id,
        "lot_id": offer.lot_id,
        "product_name": offer.product_name,
        "variant_label": offer.variant_label,
        "stall_name": offer.stall.stall_name,
        "unit": offer.unit_code,
        "tax_group": offer.tax_group,
        "price": line.price,
        "amount": line.amount,
        "line_total": line_total(line.price, line.amount),
        "weighed_within": offer.weighed_within,
    }


def _note(order: _Order, now: datetime) -> dict[str, object]:
    """The row of what the buyer tells the stall."""
    return {
        "commune_id": order.row["commune_id"],
        "order_id": order.id,
        "side": Recipient.BUYER,
        "is_note": True,
        "text": order.asked.note,
        "written_at": now,
    }


def _empty_cart(session: Session, new: PlacePurchase, now: datetime) -> None:
    """What was bought leaves the cart; what could not be bought stays in it."""
    if new.cart_id is None:
        return
    session.connection().execute(_BOUGHT, {"cart": new.cart_id, "bought": _variants(new)})
    session.connection().execute(_CHANGED, {"cart": new.cart_id, "now": now})


# --- what is written down and told ----------------------------------------------------------------------------------


def _write_down(session: Session, actor: Actor, orders: Sequence[_Order], checked: _Checked) -> None:
    """An event per order: one from the stall's own people is placed like any other, and noted for the KPI."""
    for order in orders:
        fields = ("self_bought",) if _is_own(session, actor, order, checked) else ()
        for verb in ("place", "accept") if order.row["accepted_at"] else ("place",):
            change = Change(
                verb=verb,
                subject="order",
                subject_id=order.id,
                commune_id=checked.new.commune_id,
                business_id=order.stall.business_id,
                fields=fields,
            )
            record(session, actor, change, now=checked.now)


def _is_own(session: Session, actor: Actor, order: _Order, checked: _Checked) -> bool:
    """Whether the buyer is of the stall's own people: by the phone given, or by who is signed in."""
    if checked.new.buyer.phone == order.stall.business_phone:
        return True
    if actor.person_id is None:
        return False
    return right_to(session, order.stall.business_id, actor.person_id, local_day(checked.now)) is not None


def _receipt(actor: Actor, purchase: EnteredPurchase, orders: Sequence[_Order]) -> Message:
    total = format_dong(sum(order.row["total"] for order in orders))
    return Message(
        dedupe_key=notice_key("purchase", purchase.id, Recipient.BUYER, "dat_hang"),
        kind="dat_hang",
        sentence=f"Đã đặt {len(orders)} đơn, tổng {total}. Mở biên nhận để xem người bán trả lời.",
        commune_id=orders[0].row["commune_id"],
        person_id=actor.person_id,
        purchase_id=purchase.id,
    )


def _news(order: _Order) -> Message:
    unheld = "" if order.row["is_held"] else " Hàng CHƯA giữ, nhận đơn thì mới giữ."
    slot = f" Lấy {order.asked.slot.words}." if order.asked.slot else ""
    more = f"{slot}{' Có lời dặn của khách.' if order.asked.note else ''}{unheld}"
    return Message(
        dedupe_key=notice_key("order", order.id, Recipient.SELLER, "don_moi"),
        kind="don_moi",
        sentence=f"Đơn mới {order.code}: {len(order.asked.lines)} món, {format_dong(order.row['total'])}.{more}",
        commune_id=order.row["commune_id"],
        business_id=order.stall.business_id,
        order_id=order.id,
    )
