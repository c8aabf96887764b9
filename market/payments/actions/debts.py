"""Mua chịu: what a stall writes in its book of who owes it. All of it is the stall's own word.

Of an order the book says only that it was handed over on credit; what is owed of it stays what its payment request
lacks, so that a bank's notice, cash and the book never count one thing twice.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, insert_once, locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import check_seen
from market.orders.models import Order
from market.payments.actions.allocations import allocate_by_seller
from market.payments.actions.locking import OrderMoney, lock_orders
from market.payments.models import DebtLine, Debtor
from market.payments.queries.debts import NO_DEBTOR, facts_of_debt, orders_owing, owed_by, owed_without_order
from market.payments.rules.debts import DebtKind, debtor_key
from market.payments.rules.status import remaining
from market.sellers.actions.authority import refuse_helper
from market.sellers.models import Stall
from market.values.money import Dong, format_dong
from market.values.phone import Phone

NOTHING_WRITTEN = "Chưa ghi gì cả."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDebt:
    """Goods that a regular took on credit without an order: who, what in a few words, for how much. The same
    `client_key` again writes nothing more."""

    name: str
    phone: Phone | None
    text: str
    amount: Dong
    client_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOff:
    """What a regular paid off in cash, and what the page showed as owed (`seen_of(facts_of_debt(…))`)."""

    debtor_id: int
    amount: Dong
    seen: str
    client_key: str | None


def note_order_debt(session: Session, actor: Actor, held: OrderMoney, amount: Dong) -> None:
    """Write down that a locked order, which is being handed over, is paid later."""
    order, contact = held.order.row, held.order.row.purchase.contact
    debtor_id = _debtor_of(session, order.stall_id, contact.name, contact.phone, held.now)
    line = _line(order.commune_id, debtor_id, actor, DebtKind.ORDER, amount, held.now)
    line.order_id = order.id
    session.add(line)
    session.flush()
    _record(session, actor, "hand_over_on_credit", order.stall_id, debtor_id, held.now)


def is_on_credit(session: Session, order_id: int) -> bool:
    return session.scalar(select(DebtLine.id).where(DebtLine.order_id == order_id)) is not None


def add_debt(session: Session, actor: Actor, stall_id: int, new: NewDebt, *, clock: Clock) -> int:
    """Write down what somebody took on credit without an order; returns whose page it is on. NotAllowed for a helper,
    Refused where it is worth nothing, NotFound for no such stall."""
    refuse_helper(actor)
    if new.amount <= 0:
        raise Refused("bad_amount", f"Mời điền số tiền khách còn nợ. {NOTHING_WRITTEN}")
    debtor_id = _debtor_of(session, stall_id, new.name, new.phone, clock())
    debtor, now = _locked(session, stall_id, debtor_id), clock()
    content = ("debt", new.name, new.phone, new.text, new.amount)
    sent = SentForm(key=new.client_key, content=content, told=f"nợ {format_dong(new.amount)}")
    if used_before(session, f"debts:{stall_id}", sent, now=now):
        return debtor_id
    line = _line(debtor.row.commune_id, debtor_id, actor, DebtKind.GOODS, new.amount, now)
    line.text = new.text
    session.add(line)
    session.flush()
    _record(session, actor, "add_debt", stall_id, debtor_id, now)
    return debtor_id


def pay_off(session: Session, actor: Actor, stall_id: int, paid: PaidOff, *, clock: Clock) -> Dong:
    """A regular paid off some of what they owe, in cash, as the stall says: their orders first, the oldest of them
    first, then what has no order. Returns what they still owe. The same form again pays nothing more.

    Refused where it is more than is owed, or nothing; ChangedSince where it is not what the page showed, Conflict where
    the book changed while their orders were locked; NotAllowed for a helper; NotFound where they are another stall's.
    """
    refuse_helper(actor)
    scope = Order.id.in_(orders_owing(session, paid.debtor_id)), Order.stall_id == stall_id
    orders = lock_orders(session, *scope, clock=clock)
    _locked(session, stall_id, paid.debtor_id)
    now = clock()
    sent = SentForm(key=paid.client_key, content=("paid off", paid.amount), told=f"trả {format_dong(paid.amount)}")
    if used_before(session, f"debtor:{paid.debtor_id}", sent, now=now):
        return owed_by(session, paid.debtor_id)
    owed = owed_by(session, paid.debtor_id)
    check_seen(paid.seen, facts_of_debt(owed))
    if not 0 < paid.amount <= owed:
        raise Refused(
            "more_than_owed", f"Khách đang nợ {format_dong(owed)}, không ghi trả nhiều hơn. {NOTHING_WRITTEN}"
        )
    left = _pay_orders(session, actor, orders, paid.amount)
    _pay_goods(session, actor, stall_id, paid.debtor_id, left, now)
    _record(session, actor, "pay_off_debt", stall_id, paid.debtor_id, now)
    return owed_by(session, paid.debtor_id)


def _pay_orders(session: Session, actor: Actor, orders: list[OrderMoney], amount: Dong) -> Dong:
    """What of it the orders do not take."""
    left = amount
    for held in orders:
        part = Dong(min(left, remaining(held.asked.amount, held.asked.received)))
        if part:
            allocate_by_seller(session, actor, held, part)
        left = Dong(left - part)
    return left


def _pay_goods(session: Session, actor: Actor, stall_id: int, debtor_id: int, amount: Dong, now: datetime) -> None:
    """What has no order takes the rest. Conflict where an order was put on credit while the orders were locked."""
    if amount == 0:
        return
    if amount > owed_without_order(session, debtor_id):
        raise Conflict("changed_since", f"Sổ vừa đổi. Mời tải lại trang. {NOTHING_WRITTEN}")
    stall = session.get_one(Stall, stall_id)
    session.add(_line(stall.commune_id, debtor_id, actor, DebtKind.PAID, -amount, now))
    session.flush()


def take_back_debt(session: Session, actor: Actor, stall_id: int, line_id: int, *, clock: Clock) -> int:
    """Take back a row that was written by mistake, by a row against it; returns whose page it is on. Idempotent.

    Refused for an order's, whose money alone says what is owed, and where less would be owed than nothing; NotAllowed
    for a helper; NotFound where it is another stall's.
    """
    refuse_helper(actor)
    of_stall = select(DebtLine).join(Debtor, Debtor.id == DebtLine.debtor_id).where(Debtor.stall_id == stall_id)
    line = session.scalar(of_stall.where(DebtLine.id == line_id))
    if line is None:
        raise NotFound(NO_DEBTOR)
    debtor, now = _locked(session, stall_id, line.debtor_id), clock()
    if session.scalar(select(DebtLine.id).where(DebtLine.undoes_id == line_id)) is not None:
        return debtor.row.id
    if line.kind not in (DebtKind.GOODS, DebtKind.PAID):
        raise Refused("not_this_row", f"Dòng này không gỡ được. Khách trả rồi thì ghi ở ô Khách trả. {NOTHING_WRITTEN}")
    if owed_without_order(session, debtor.row.id) < line.amount:
        raise Refused("paid_already", f"Khoản này khách đã trả một phần. Mời gỡ lần trả trước. {NOTHING_WRITTEN}")
    undo = _line(debtor.row.commune_id, debtor.row.id, actor, DebtKind.TAKEN_BACK, -line.amount, now)
    undo.undoes_id = line_id
    session.add(undo)
    session.flush()
    _record(session, actor, "take_debt_back", stall_id, debtor.row.id, now)
    return debtor.row.id


def _debtor_of(session: Session, stall_id: int, name: str, phone: Phone | None, now: datetime) -> int:
    """Whom the stall means, entered where the book did not know them."""
    stall, key = session.get_one(Stall, stall_id), debtor_key(name, phone)
    row = {"commune_id": stall.commune_id, "stall_id": stall_id, "key": key, "name": name, "phone": phone}
    session.connection().execute(insert_once(session, Debtor), row | {"created_at": now})
    found = select(Debtor.id).where(Debtor.stall_id == stall_id, Debtor.key == key)
    return session.scalars(found).one()


def _locked(session: Session, stall_id: int, debtor_id: int) -> Locked[Debtor]:
    return locked(session, Debtor, Debtor.id == debtor_id, Debtor.stall_id == stall_id, missing=NO_DEBTOR)


def _line(commune_id: int, debtor_id: int, actor: Actor, kind: DebtKind, amount: Dong, at: datetime) -> DebtLine:
    return DebtLine(
        commune_id=commune_id,
        debtor_id=debtor_id,
        kind=kind,
        amount=amount,
        text="",
        actor_id=actor.person_id,
        at=at,
    )


def _record(session: Session, actor: Actor, verb: str, stall_id: int, debtor_id: int, now: datetime) -> None:
    stall = session.get_one(Stall, stall_id)
    change = Change(
        verb=verb, subject="debtor", subject_id=debtor_id, commune_id=stall.commune_id, business_id=stall.business_id
    )
    record(session, actor, change, now=now)
