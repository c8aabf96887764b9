"""Check-out: one purchase over one order per stall, its goods reserved, all in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import insert_once
from market.base.errors import Conflict
from market.catalog.actions.stock import Wanted, reserve
from market.notices.actions import Message, tell
from market.orders.actions.checking import check_lines, is_cart_as_shown, stalls_as_asked
from market.orders.actions.inputs import Placed, PlacePurchase, WantedLine, WantedOrder
from market.orders.models import Cart, CartLine, Contact, Order, OrderLine, Purchase
from market.orders.queries.offers import Offer, StallOffer, offers_of
from market.orders.queries.orders import order_ids_of, purchase_with_key
from market.orders.rules import (
    Delivery,
    OrderStatus,
    Recipient,
    answer_deadline,
    hold_deadline,
    notice_key,
    purchase_path,
    seller_path,
)
from market.sellers.queries import right_to
from market.values.codes import new_order_code, new_purchase_code
from market.values.money import Dong, format_dong
from market.values.period import local_day
from market.values.quantity import line_total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A check-out found in order: what is asked, what is offered, by whom, when."""

    new: PlacePurchase
    offers: Mapping[int, Offer]
    stalls: Mapping[int, StallOffer]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entered:
    """The purchase's row as entered."""

    id: int
    code: str


def place_purchase(session: Session, actor: Actor, new: PlacePurchase, *, now: datetime) -> Placed:
    """Place a check-out, or give the one its client key already placed.

    Refused where something is sold out, no longer sold, priced otherwise than shown, or cannot come as asked.
    """
    if not is_cart_as_shown(session, new):
        return _placed_before(session, new)
    offers = offers_of(session, [line.variant_id for line in new.lines], now=now)
    check_lines(new, offers)
    checked = _Checked(new=new, offers=offers, stalls=stalls_as_asked(session, new, offers), now=now)
    purchase = _enter_purchase(session, actor, checked)
    if purchase is None:
        return _placed_before(session, new)
    orders = _enter_orders(session, purchase, checked)
    _empty_cart(session, new, now)
    _write_down(session, actor, orders, checked)
    tell(
        session,
        [
            _receipt(actor, purchase, orders),
            *(_news(order, asked, checked) for order, asked in zip(orders, new.orders, strict=True)),
        ],
        now=now,
    )
    ids = tuple(order.id for order in orders)
    return Placed(purchase_id=purchase.id, code=purchase.code, order_ids=ids, is_new=True)


def _placed_before(session: Session, new: PlacePurchase) -> Placed:
    """What the client key bought; Conflict where it has bought nothing and its cart is another one now."""
    known = purchase_with_key(session, new.client_key)
    if known is None:
        raise Conflict("Giỏ hàng đã đổi sau khi bạn xem lại. Chưa đặt gì cả, mời xem lại lần nữa.")
    ids = order_ids_of(session, known.id)
    return Placed(purchase_id=known.id, code=known.code, order_ids=ids, is_new=False)


def _enter_purchase(session: Session, actor: Actor, checked: _Checked) -> _Entered | None:
    """The purchase's row; None where the same key was entered by another request in this very moment."""
    new, buyer = checked.new, checked.new.buyer
    contact = Contact(
        person_id=actor.person_id,
        name=buyer.name,
        phone=buyer.phone,
        address=buyer.address,
        note=buyer.note,
        device=buyer.device,
    )
    session.add(contact)
    session.flush()
    values = {
        "commune_id": new.commune_id,
        "code": new_purchase_code(),
        "contact_id": contact.id,
        "client_key": new.client_key,
        "placed_at": checked.now,
    }
    entered = insert_once(session, Purchase).values(values).returning(Purchase.id, Purchase.code)
    row = session.execute(entered).one_or_none()
    if row is None:
        session.delete(contact)
        session.flush()
        return None
    return _Entered(id=row.id, code=row.code)


def _enter_orders(session: Session, purchase: _Entered, checked: _Checked) -> list[Order]:
    """One order per stall with its frozen lines, and all their goods reserved."""
    orders = [_order(purchase, wanted, checked) for wanted in checked.new.orders]
    session.add_all(orders)
    session.flush()
    pairs = list(zip(orders, checked.new.orders, strict=True))
    lines = [_line(order, line, checked) for order, asked in pairs for line in asked.lines]
    session.execute(insert(OrderLine), lines)
    wanted = [
        Wanted(order_id=order.id, variant_id=line.variant_id, amount=line.amount, held_until=order.due_at)
        for order, asked in pairs
        for line in asked.lines
    ]
    reserve(session, wanted, now=checked.now)
    return orders


def _order(purchase: _Entered, wanted: WantedOrder, checked: _Checked) -> Order:
    stall, now = checked.stalls[wanted.stall_id], checked.now
    goods = Dong(sum(line_total(line.price, line.amount) for line in wanted.lines))
    by_itself = stall.accepts_by_itself
    return Order(
        commune_id=checked.new.commune_id,
        purchase_id=purchase.id,
        stall_id=stall.stall_id,
        business_id=stall.business_id,
        code=new_order_code(checked.offers[wanted.lines[0].variant_id].commune_letters),
        status=OrderStatus.DA_NHAN if by_itself else OrderStatus.CHO_NHAN,
        pay_choice=wanted.pay_choice,
        delivery=wanted.delivery,
        pickup_point_id=wanted.pickup_point_id if wanted.delivery is Delivery.DIEM_NHAN else None,
        goods_total=goods,
        delivery_fee=wanted.delivery_fee,
        discount=Dong(0),
        total=goods + wanted.delivery_fee,
        placed_at=now,
        placed_on=local_day(now),
        accepted_at=now if by_itself else None,
        due_at=hold_deadline(wanted.pay_choice, now) if by_itself else answer_deadline(now),
    )


def _line(order: Order, line: WantedLine, checked: _Checked) -> dict[str, object]:
    """The row of a line as it is sold, frozen."""
    offer = checked.offers[line.variant_id]
    return {
        "order_id": order.id,
        "variant_id": offer.variant_id,
        "product_id": offer.product_id,
        "lot_id": offer.lot_id,
        "product_name": offer.product_name,
        "variant_label": offer.variant_label,
        "stall_name": offer.stall.stall_name,
        "unit": offer.unit_code,
        "tax_group": offer.tax_group,
        "price": offer.price,
        "amount": line.amount,
        "line_total": line_total(offer.price, line.amount),
    }


def _empty_cart(session: Session, new: PlacePurchase, now: datetime) -> None:
    """What was bought leaves the cart; what could not be bought stays in it."""
    if new.cart_id is None:
        return
    bought = [line.variant_id for line in new.lines]
    session.execute(delete(CartLine).where(CartLine.cart_id == new.cart_id, CartLine.variant_id.in_(bought)))
    session.execute(update(Cart).where(Cart.id == new.cart_id).values(changes=Cart.changes + 1, updated_at=now))


# --- what is written down and told ----------------------------------------------------------------------------------


def _write_down(session: Session, actor: Actor, orders: Sequence[Order], checked: _Checked) -> None:
    """An event per order: one from the stall's own people is placed like any other, and noted for the KPI."""
    for order in orders:
        fields = ("self_bought",) if _is_own(session, actor, order, checked) else ()
        for verb in ("place", "accept") if order.accepted_at else ("place",):
            change = Change(
                verb=verb,
                subject="order",
                subject_id=order.id,
                commune_id=order.commune_id,
                business_id=order.business_id,
                fields=fields,
            )
            record(session, actor, change, now=checked.now)


def _is_own(session: Session, actor: Actor, order: Order, checked: _Checked) -> bool:
    """Whether the buyer is of the stall's own people: by the phone given, or by who is signed in."""
    if checked.new.buyer.phone == checked.stalls[order.stall_id].business_phone:
        return True
    if actor.person_id is None:
        return False
    return right_to(session, order.business_id, actor.person_id, local_day(checked.now)) is not None


def _receipt(actor: Actor, purchase: _Entered, orders: Sequence[Order]) -> Message:
    total = format_dong(sum(order.total for order in orders))
    return Message(
        dedupe_key=notice_key("purchase", purchase.id, Recipient.BUYER, "dat_hang"),
        kind="dat_hang",
        sentence=f"Đã gửi {len(orders)} đơn, tổng {total}. Người bán sẽ trả lời sớm.",
        path=purchase_path(purchase.code),
        person_id=actor.person_id,
    )


def _news(order: Order, asked: WantedOrder, checked: _Checked) -> Message:
    stall = checked.stalls[order.stall_id]
    return Message(
        dedupe_key=notice_key("order", order.id, Recipient.SELLER, "don_moi"),
        kind="don_moi",
        sentence=f"Đơn mới {order.code}: {len(asked.lines)} món, {format_dong(order.total)}.",
        path=seller_path(stall.stall_slug, order.code),
        business_id=stall.business_id,
        order_id=order.id,
    )
