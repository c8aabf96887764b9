"""An order that stands ready past its time: its buyer comes after all, or the stall writes that they did not."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import transaction
from market.catalog.models import Variant
from market.orders.actions.no_show import NoShow, say_was_there
from market.orders.actions.slots import SlotMove, move_slot
from market.orders.models import Order
from market.orders.rules import PayChoice
from market.payments import actions
from market.places.rules.hours import Slot
from market.values.period import local_day
from tests.cast import Cast
from tests.payments.steps import buy
from tests.races.aggregates.orders import BY_ORDER, Sale, sale_picture
from tests.races.harness import Aggregate, Move, running_now, writing


def too_late() -> datetime:
    """A clock past the day on which it was to be fetched."""
    return running_now() + timedelta(days=4)


def unfetched_orders(cast: Cast) -> Aggregate:
    """Of rau muống that is counted, half of it paid."""
    sale = Sale(cast)

    def start() -> int:
        with transaction() as session:
            session.get_one(Variant, cast.rau_muong).on_hand = 10_000
        order = buy(cast, running_now(), pay=PayChoice.ON_RECEIPT, point=cast.pickup)
        sale.code = order.code
        with transaction() as session:
            actions.ready_order(session, sale.lan, sale.ref(order.id), clock=running_now)
        sale.credit = sale.notice(sale.coming, order.code)
        sale.look_at_ready(order.id)
        return order.id

    def note(*spoiled: int) -> Move:
        def act(session: Session, at: int) -> None:
            answer = NoShow(seen=sale.decline_seen, spoiled=frozenset(spoiled))
            actions.note_no_show(session, sale.lan, sale.ref(at), answer, clock=too_late)

        return writing(act)

    def name_slot(session: Session, at: int) -> None:
        slot = Slot(local_day(running_now()) + timedelta(days=4), 360, 540)
        move = SlotMove(stall_id=cast.lan.stall, order_id=at, slot=slot, seen="")
        move_slot(session, sale.lan, move, clock=too_late)

    def picture(session: Session, at: int) -> object:
        order, goods = session.get_one(Order, at), session.get_one(Variant, cast.rau_muong)
        ends = order.no_show_at is None, order.was_there_at is None
        return sale_picture(session, at), ends, (goods.on_hand, goods.reserved)

    moves: dict[str, Move] = {
        "nobody came, spoiled": note(cast.rau_muong),
        "nobody came, still good": note(),
        "hand over": sale.hand_over_unshown,
        "call off": sale.decline,
        "name a slot though it has none": writing(name_slot),
        "pay": sale.pay,
        "buyer was there": writing(lambda session, at: say_was_there(session, GUEST, at, clock=too_late)),
    }
    return Aggregate(start=start, moves=moves, picture=picture, tables=["order"], spare=BY_ORDER)
