"""A bank's notice: kept as it came, once, and allocated to the one order it can only be for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.clock import Clock
from market.base.db import insert_once, locked
from market.base.errors import Conflict
from market.base.secrets import vault
from market.orders.models import Order
from market.payments.actions.allocations import Source, add_allocation, tell_both
from market.payments.actions.locking import OrderMoney, lock_orders
from market.payments.banks.asking import lookup_of
from market.payments.models import AllocationKind, BankCredit, WebhookDelivery
from market.payments.rules.checks import ask_first
from market.payments.rules.matching import BankTransaction, Unmatched, split_exactly
from market.payments.rules.status import remaining
from market.places.models import Commune, CommuneMode
from market.sellers.models import BankAccount, BankConnection, Stall
from market.values.codes import find_codes
from market.values.money import Dong, format_dong


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A webhook call and how it was answered."""

    provider: str
    connection_id: int | None
    is_signed: bool
    status: int
    note: str


def log_delivery(session: Session, new: Delivered, *, now: datetime) -> None:
    """Write a call down, whatever it brought."""
    session.add(
        WebhookDelivery(
            provider=new.provider,
            connection_id=new.connection_id,
            at=now,
            is_signed=new.is_signed,
            status=new.status,
            note=new.note,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredit:
    """A notice over a connection, and its raw text as the bank's feed sent it."""

    connection_id: int
    notice: BankTransaction
    raw: str


def record_credit(session: Session, new: NewCredit, *, now: datetime) -> int:
    """Keep a notice, raw text encrypted; one already known is left as it is. Returns its id. It is matched apart."""
    connection, account, stall, mode = _whose(session, new.connection_id)
    connection.last_notice_at = now
    is_ours = vault().decrypt(account.number_cipher) in new.notice.accounts
    may_ask = is_ours and mode.matches_money and lookup_of(connection.provider) is not None
    row = {
        "commune_id": stall.commune_id,
        "connection_id": connection.id,
        "stall_id": stall.id,
        "provider_txn_id": new.notice.provider_txn_id,
        "amount": Dong(new.notice.amount),
        "allocated": Dong(0),
        "memo": new.notice.memo,
        "bank_ref": new.notice.bank_ref,
        "occurred_at": new.notice.occurred_at,
        "received_at": now,
        "unmatched_reason": _first_reason(is_ours=is_ours, is_matched=mode.matches_money),
        "raw_cipher": vault().encrypt(new.raw),
        "ask_at": ask_first(now) if may_ask else None,
    }
    session.execute(insert_once(session, BankCredit).values(row))
    session.flush()
    known = select(BankCredit.id).where(
        BankCredit.connection_id == connection.id, BankCredit.provider_txn_id == new.notice.provider_txn_id
    )
    return session.scalars(known).one()


def _first_reason(*, is_ours: bool, is_matched: bool) -> Unmatched:
    if not is_ours:
        return Unmatched.WRONG_ACCOUNT
    return Unmatched.IN_PROGRESS if is_matched else Unmatched.NOT_MATCHED


def _whose(session: Session, connection_id: int) -> tuple[BankConnection, BankAccount, Stall, CommuneMode]:
    query = (
        select(BankConnection, BankAccount, Stall, Commune.mode)
        .join(BankAccount, BankAccount.id == BankConnection.bank_account_id)
        .join(Stall, Stall.business_id == BankAccount.business_id)
        .join(Commune, Commune.id == Stall.commune_id)
        .where(BankConnection.id == connection_id)
    )
    connection, account, stall, mode = session.execute(query).one()
    return connection, account, stall, mode


def match_credit(session: Session, credit_id: int, *, clock: Clock) -> None:
    """Put a notice not looked at yet on its order: right code, right account, order still waiting. Whatever the amount.

    Anything else waits for a person with its reason. One looked at before, here or by another process, is left alone.
    NotFound for none.
    """
    credit = locked(session, BankCredit, BankCredit.id == credit_id).row
    if credit.unmatched_reason != Unmatched.IN_PROGRESS:
        return
    codes, named = orders_named(session, credit, clock=clock)
    all_wait = all(held.is_waiting for held in named)
    if named and all_wait and _pay(session, credit, named):
        credit.unmatched_reason = None
    elif len(named) == 1:
        credit.unmatched_reason = Unmatched.ORDER_CLOSED
        _tell_waits_for_nothing(session, named[0], credit)
    elif named:
        credit.unmatched_reason = Unmatched.SEVERAL_ORDERS
    else:
        credit.unmatched_reason = Unmatched.UNKNOWN_CODE if codes else Unmatched.NO_CODE


def _letters_and_account(session: Session, credit: BankCredit) -> tuple[str, int]:
    """The two letters that begin the commune's order codes, and the account that the money came in on."""
    query = (
        select(Commune.letters, BankConnection.bank_account_id)
        .join(Stall, Stall.commune_id == Commune.id)
        .join(BankConnection, BankConnection.id == credit.connection_id)
        .where(Stall.id == credit.stall_id)
    )
    letters, account_id = session.execute(query).one()
    return letters, account_id


def orders_named(
    session: Session, credit: BankCredit, *, also: Sequence[int] = (), clock: Clock
) -> tuple[Sequence[str], list[OrderMoney]]:
    """The codes that a notice's memo says, and the stall's orders of these codes that were told to pay into this
    account, with those of the ids in `also`; all locked in one go, as two would be in no order."""
    letters, account_id = _letters_and_account(session, credit)
    codes = find_codes(credit.memo, letters)
    which = or_(Order.code.in_(codes), Order.id.in_(also))
    found = lock_orders(session, which, Order.stall_id == credit.stall_id, clock=clock)
    told = {held.order.row.id for held in found if held.request and held.request.row.bank_account_id == account_id}
    return codes, [held for held in found if held.order.row.id in told.union(also)]


def _tell_waits_for_nothing(session: Session, held: OrderMoney, credit: BankCredit) -> None:
    """Money named an order that waits for none: both sides hear of it, as nothing on the order's page will say so."""
    code, amount = held.order.row.code, format_dong(credit.amount)
    to_seller = f"Có {amount} ghi mã đơn {code}, đơn này không còn chờ tiền. Mời xem ở trang Tiền."
    to_buyer = f"Có {amount} chuyển cho đơn {code}, đơn này không còn chờ tiền. Mời gọi người bán để nhận lại."
    about = ("bank_credit", credit.id, "khong_cho_tien")
    tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer)


def _pay(session: Session, credit: BankCredit, orders: Sequence[OrderMoney]) -> bool:
    """Put the whole credit on the order, or on several when it pays each to the đồng. False where it must wait."""
    asked = [remaining(held.asked.amount, held.asked.received) for held in orders]
    if len(orders) > 1 and not split_exactly(credit.amount, asked):
        return False
    parts = asked if len(orders) > 1 else [credit.amount]
    source = Source(kind=AllocationKind.BANK, credit_id=credit.id)
    try:
        with session.begin_nested():
            for held, part in zip(orders, parts, strict=True):
                add_allocation(session, GUEST, held, source, part)
    except Conflict:  # goods of it went to somebody else as overdue: late money
        return False
    return True
