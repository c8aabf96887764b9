"""Steps of a purchase that many stories share."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, time
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import Base, reading, transaction
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.catalog.models import Variant
from market.orders.actions.inputs import Buyer, Placed, PlacePurchase, WantedLine, WantedOrder
from market.orders.actions.line_changes import DropLine, OfferLess
from market.orders.actions.placing import place_purchase
from market.orders.actions.transitions import Decline
from market.orders.actions.weighing import Weighing
from market.orders.models import Order
from market.orders.queries.changes import question_of
from market.orders.rules import Delivery, PayChoice
from market.payments.actions import (
    Accept,
    HandOver,
    OfferReply,
    OrderRef,
    accept_order,
    decline_order,
    drop_line,
    offer_less,
    reply_to_offer,
    take_back_offer,
    take_up_order,
    weigh_order,
)
from market.payments.queries import (
    facts_of_goods,
    facts_to_accept,
    facts_to_confirm,
    facts_to_decline,
    facts_to_reply,
    paid_of,
)
from market.places.rules.hours import Slot
from market.values.codes import new_order_code, new_purchase_code
from market.values.money import Dong
from market.values.phone import Phone
from market.values.quiet import QuietHours, QuietRule

Row = TypeVar("Row", bound=Base)

NIGHT = QuietHours(rules=[QuietRule(begins=time(21), ends=time(6), valid_from=date(2025, 7, 1))])
"""The quiet hours of a market at its beginning, as a migration enters them."""

MAIS_PHONE = "mai-phone"
"""What her phone keeps in its cookie; an order knows it by its digest."""
MAI = Buyer(name="Vũ Thị Mai", phone=Phone("0900 000 021"), address="Xóm 2, thôn Nghĩa Dũng", device="mai-phone")
MAI_HERE = replace(MAI, device=hashlib.sha256(MAIS_PHONE.encode()).hexdigest())
"""She, buying on that phone."""


def line(variant_id: int, amount: int) -> WantedLine:
    """An amount of a variant at its price of now, sold as it is now."""
    goods = reading().get_one(Variant, variant_id)
    return WantedLine(variant_id=variant_id, amount=amount, price=goods.price, weighed_within=goods.weighed_within)


def wanted(
    variant_id: int,
    amount: int = 1000,
    *,
    pay: PayChoice = PayChoice.ON_RECEIPT,
    point: int | None = None,
    slot: Slot | None = None,
) -> WantedOrder:
    """One line of one stall, collected."""
    stall_id = reading().get_one(Variant, variant_id).stall_id
    return WantedOrder(
        stall_id=stall_id,
        lines=(line(variant_id, amount),),
        delivery=Delivery.PICKUP_POINT,
        pay_choice=pay,
        delivery_fee=Dong(0),
        pickup_point_id=point,
        slot=slot,
    )


def place(
    commune_id: int,
    *orders: WantedOrder,
    now: datetime,
    actor: Actor = GUEST,
    buyer: Buyer = MAI,
    client_key: str | None = None,
) -> Placed:
    new = PlacePurchase(
        commune_id=commune_id, client_key=client_key or random_key(), buyer=buyer, orders=orders, cart_id=None
    )
    with transaction() as session:
        return place_purchase(session, actor, new, now=now)


def ref(session: Session, order_id: int) -> OrderRef:
    """The order as its own stall knows it."""
    order = session.get(Order, order_id)
    return OrderRef(stall_id=order.stall_id if order else 0, order_id=order_id)


def accept_as_shown(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> None:
    """The stall has just opened the order's page, and accepts."""
    order = session.get(Order, order_id)
    seen = seen_of(facts_to_accept(order, paid_of(session, [order_id], now=clock()).get(order_id))) if order else ""
    accept_order(session, actor, ref(session, order_id), Accept(seen=seen), clock=clock)


def take_up_as_shown(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> None:
    """The stall has just opened the page of an order that its clock ended, and takes it up again."""
    order = session.get_one(Order, order_id)
    seen = seen_of(facts_to_accept(order, paid_of(session, [order_id], now=clock()).get(order_id)))
    take_up_order(session, actor, ref(session, order_id), Accept(seen=seen), clock=clock)


def decline_as_shown(session: Session, actor: Actor, order_id: int, reason: str, *, clock: Clock) -> None:
    """The stall has just opened the order's page, and says why it cannot deliver."""
    order = session.get(Order, order_id)
    seen = seen_of(facts_to_decline(order, paid_of(session, [order_id], now=clock()).get(order_id))) if order else ""
    decline_order(session, actor, ref(session, order_id), Decline(seen=seen, reason=reason), clock=clock)


def offer_as_shown(
    session: Session, actor: Actor, order_id: int, *left: int, stops_sale: bool = False, clock: Clock
) -> None:
    """The stall has just opened the order's page, and says how much of its lines is left, the first first."""
    order = session.get_one(Order, order_id)
    seen = seen_of(facts_to_decline(order, paid_of(session, [order_id], now=clock()).get(order_id)))
    amounts = {line.id: amount for line, amount in zip(order.lines, left, strict=False)}
    offer = OfferLess(seen=seen, left=amounts, stops_sale=stops_sale)
    offer_less(session, actor, ref(session, order_id), offer, clock=clock)


def weigh_as_shown(session: Session, actor: Actor, order_id: int, *weights: int, clock: Clock) -> bool:
    """The stall has just opened the order's page, and types what its lines weigh that are sold so, the first first."""
    order = session.get_one(Order, order_id)
    seen = seen_of(facts_to_decline(order, paid_of(session, [order_id], now=clock()).get(order_id)))
    lines = [one for one in order.lines if one.weighed_within is not None]
    new = Weighing(seen=seen, weights={one.id: weight for one, weight in zip(lines, weights, strict=False)})
    return weigh_order(session, actor, ref(session, order_id), new, clock=clock)


def take_back_as_shown(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> None:
    """The stall has just opened the page of an order whose buyer is asked, and has enough after all."""
    order = session.get_one(Order, order_id)
    seen = seen_of(facts_to_decline(order, paid_of(session, [order_id], now=clock()).get(order_id)))
    take_back_offer(session, actor, ref(session, order_id), seen, clock=clock)


def reply_as_shown(session: Session, actor: Actor, order_id: int, *, agrees: bool, clock: Clock) -> None:
    """The buyer has just opened their order's page, and says yes or no to less."""
    order = session.get_one(Order, order_id)
    question = question_of(session, order)
    seen = seen_of(facts_to_reply(order, question)) if question else ""
    reply_to_offer(session, actor, order_id, OfferReply(number=order.changes, agrees=agrees, seen=seen), clock=clock)


def drop_line_as_shown(session: Session, actor: Actor, order_id: int, which: int = 0, *, clock: Clock) -> None:
    """The buyer has just opened their order's page, and takes a line off."""
    order = session.get_one(Order, order_id)
    seen, line_id = seen_of(facts_of_goods(order)), order.lines[which % len(order.lines)].id
    drop_line(session, actor, order_id, DropLine(seen=seen, line_id=line_id, reason="Đặt nhầm"), clock=clock)


def cash_as_shown(session: Session, order_id: int, *, shown: str | None = None) -> HandOver:
    """The stall has just opened the order's hand-over, and has what is still owed in hand."""
    paid = paid_of(session, [order_id], now=clock.now()).get(order_id)
    seen = seen_of(facts_to_confirm(paid.asked, paid.received)) if paid else ""
    return HandOver(order_id=order_id, shown=shown, cash_taken=True, seen=seen)


def order_row(order_id: int) -> Order:
    """The order as it stands in the database now."""
    reading().expire_all()
    return reading().scalars(select(Order).where(Order.id == order_id)).one()


def stock(variant_id: int) -> tuple[int | None, int]:
    """On hand and reserved."""
    reading().expire_all()
    variant = reading().get_one(Variant, variant_id)
    return variant.on_hand, variant.reserved


def copy_order(code: str, copies: int, **fields: object) -> list[str]:
    """So many later orders like this one, of purchases of their own, but for the fields given; their codes."""
    with transaction() as session:
        first = session.scalars(select(Order).where(Order.code == code)).one()
        codes = []
        for _ in range(copies):
            purchase = _like(first.purchase, code=new_purchase_code(), client_key=random_key())
            session.add(purchase)
            session.flush()
            order = _like(first, code=new_order_code("DS"), purchase_id=purchase.id, **fields)
            session.add(order)
            session.flush()
            session.add_all(_like(line, order_id=order.id) for line in first.lines)
            codes.append(order.code)
        return codes


def _like(row: Row, **fields: object) -> Row:
    columns = {one.key: getattr(row, one.key) for one in row.__table__.columns if one.key != "id"}
    return type(row)(**columns | fields)
