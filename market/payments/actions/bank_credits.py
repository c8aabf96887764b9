"""A bank's notice: kept as it came, once, and allocated to the one order it can only be for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.clock import Clock
from market.base.db import locked, locked_all
from market.base.errors import Conflict
from market.base.row_query import RowQuery
from market.base.secrets import vault
from market.orders.models import Order
from market.payments.actions.allocations import Source, add_allocation, latest_seller_allocation, tell_both
from market.payments.actions.locking import OrderMoney, lock_orders
from market.payments.actions.orders import end_if_overdue
from market.payments.banks.asking import lookup_of
from market.payments.models import AllocationKind, BankCredit, WebhookDelivery
from market.payments.queries.modes import is_on, of_credit
from market.payments.queries.payers import account_digest
from market.payments.rules.checks import ask_first
from market.payments.rules.matching import BankTransaction, Unmatched, split_exactly
from market.payments.rules.status import remaining
from market.payments.rules.twins import TransferWord, is_told_again
from market.places.models import Commune
from market.places.rules.modes import CommuneMode, Feature, allows
from market.sellers.models import BankAccount, BankConnection, Stall
from market.sellers.queries import rows_of_number
from market.values.codes import find_codes
from market.values.money import Dong, format_dong

ONE_DAY = timedelta(days=1)
MOST_ALIKE = 200
"""So many credits of one amount in two days are compared with a new one."""


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


# Built once: every bank notice asks them.
_WHOSE = (
    select(BankConnection, BankAccount, Stall, Commune.mode)
    .join(BankAccount, BankAccount.id == BankConnection.bank_account_id)
    .join(Stall, Stall.business_id == BankAccount.business_id)
    .join(Commune, Commune.id == Stall.commune_id)
    .where(BankConnection.id == bindparam("connection"))
)
_LETTERS_AND_ACCOUNT = RowQuery(
    select(Commune.letters, BankConnection.bank_account_id)
    .join(Stall, Stall.commune_id == Commune.id)
    .join(BankConnection, BankConnection.id == bindparam("connection"))
    .where(Stall.id == bindparam("stall"))
)
_KNOWN = RowQuery(
    select(BankCredit.id)
    .join(BankConnection, BankConnection.id == BankCredit.connection_id)
    .where(
        BankCredit.provider_txn_id == bindparam("txn"),
        BankConnection.provider == bindparam("provider"),
        BankConnection.bank_account_id.in_(bindparam("rows", expanding=True)),
    )
    .order_by(BankCredit.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredits:
    """The notices that one call over a connection brought at a moment, and its raw text. `found_at`: when its provider
    told of them, where it was asked."""

    connection_id: int
    notices: Sequence[BankTransaction]
    raw: str = field(repr=False)
    received_at: datetime
    found_at: datetime | None = None


def record_credits(session: Session, new: NewCredits) -> list[int]:
    """Keep notices, raw text encrypted; one already known is left as it is, whichever feed of the account told of it.
    Returns their ids. They are matched apart."""
    connection, account, stall, mode = _whose(session, new.connection_id)
    rows = rows_of_number(session, account.id)
    feeds = locked_all(session, BankConnection, BankConnection.bank_account_id.in_(rows))
    if new.found_at is None:
        connection.last_notice_at = max(connection.last_notice_at or new.received_at, new.received_at)
    to = _Feed(
        connection=connection,
        account=account,
        stall=stall,
        rows=rows,
        matches_money=allows(mode, Feature.BANK_MATCHING),
        has_others=any(one.row.provider != connection.provider for one in feeds),
    )
    return [_record(session, to, one, new) for one in new.notices]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """A connection, whose it is, and the rows of its account; `has_others`: other sources have told of it, ever."""

    connection: BankConnection
    account: BankAccount
    stall: Stall
    rows: Sequence[int]
    matches_money: bool
    has_others: bool


def _record(session: Session, to: _Feed, notice: BankTransaction, new: NewCredits) -> int:
    if (known := _known(session, to, notice)) is not None:
        return known
    is_ours = vault().decrypt(to.account.number_cipher) in notice.accounts
    may_ask = is_ours and to.matches_money and lookup_of(to.connection.provider) is not None
    twin_of = _told_before(session, to, notice) if is_ours and to.has_others else None
    credit = BankCredit(
        commune_id=to.stall.commune_id,
        connection_id=to.connection.id,
        stall_id=to.stall.id,
        provider_txn_id=notice.provider_txn_id,
        amount=Dong(notice.amount),
        allocated=Dong(0),
        memo=notice.memo,
        bank_ref=notice.bank_ref,
        occurred_at=notice.occurred_at,
        received_at=new.received_at,
        unmatched_reason=_first_reason(is_ours=is_ours, is_matched=to.matches_money, is_twin=twin_of is not None),
        raw_cipher=vault().encrypt(new.raw),
        ask_at=ask_first(new.received_at) if may_ask else None,
        twin_of_id=twin_of,
        found_at=new.found_at,
        payer_digest=account_digest(notice.payer) if notice.payer else None,
    )
    session.add(credit)
    session.flush()
    return credit.id


def _known(session: Session, to: _Feed, notice: BankTransaction) -> int | None:
    """The notice of this transaction that some feed of the account has told of, ended or not."""
    told = {"txn": notice.provider_txn_id, "provider": to.connection.provider, "rows": to.rows}
    known = _KNOWN.rows(session.connection(), told)
    return known[0][0] if known else None


def _told_before(session: Session, to: _Feed, notice: BankTransaction) -> int | None:
    """The credit by which another source has told of what looks like this very transfer; under the lock of all feeds of
    the account, so that two that tell of it at once see each other."""
    query = (
        select(BankCredit.id, BankCredit.amount, BankCredit.bank_ref, BankCredit.occurred_at)
        .join(BankConnection, BankConnection.id == BankCredit.connection_id)
        .where(
            BankCredit.stall_id == to.stall.id,
            BankCredit.amount == Dong(notice.amount),
            BankCredit.occurred_at.between(notice.occurred_at - ONE_DAY, notice.occurred_at + ONE_DAY),
            BankConnection.provider != to.connection.provider,
            BankConnection.bank_account_id.in_(to.rows),
            BankCredit.twin_of_id.is_(None),
            func.coalesce(BankCredit.unmatched_reason, "") != Unmatched.WRONG_ACCOUNT,
        )
    )
    told = TransferWord(amount=notice.amount, bank_ref=notice.bank_ref, occurred_at=notice.occurred_at)
    for row in session.execute(query.order_by(BankCredit.id).limit(MOST_ALIKE)):
        if is_told_again(told, TransferWord(amount=row.amount, bank_ref=row.bank_ref, occurred_at=row.occurred_at)):
            told_before: int = row.id
            return told_before
    return None


def _first_reason(*, is_ours: bool, is_matched: bool, is_twin: bool) -> Unmatched:
    if not is_ours:
        return Unmatched.WRONG_ACCOUNT
    if is_twin:
        return Unmatched.TOLD_TWICE
    return Unmatched.IN_PROGRESS if is_matched else Unmatched.NOT_MATCHED


def _whose(session: Session, connection_id: int) -> tuple[BankConnection, BankAccount, Stall, CommuneMode]:
    connection, account, stall, mode = session.execute(_WHOSE, {"connection": connection_id}).one()
    return connection, account, stall, mode


def match_credit(session: Session, credit_id: int, *, clock: Clock) -> None:
    """Put a notice not looked at yet on its order: right code, right account, order still waiting. Whatever the amount.

    On an order that has ended it is owed back. Anything else waits for a person with its reason. One looked at before,
    here or by another process, is left alone, and so is every one where the commune's market matches no bank money any
    more. NotFound for none.
    """
    if not is_on(session, of_credit(credit_id), Feature.BANK_MATCHING):
        return
    credit = locked(session, BankCredit, BankCredit.id == credit_id).row
    if credit.unmatched_reason != Unmatched.IN_PROGRESS:
        return
    codes, named = orders_named(session, credit, clock=clock)
    all_wait = all(held.is_waiting for held in named)
    if len(named) == 1 and all_wait and _is_said_paid(session, named[0]):
        credit.unmatched_reason = Unmatched.OWN_WORD
        return
    if named and all_wait and _pay(session, credit, named):
        credit.unmatched_reason = None
    elif len(named) == 1 and named[0].has_ended:
        credit.unmatched_reason = None
        _owe_back(session, credit, named[0])
    elif len(named) == 1:
        credit.unmatched_reason = Unmatched.ORDER_CLOSED
        _tell_waits_for_nothing(session, named[0], credit)
    elif named:
        credit.unmatched_reason = Unmatched.SEVERAL_ORDERS
    else:
        credit.unmatched_reason = Unmatched.UNKNOWN_CODE if codes else Unmatched.NO_CODE


def _is_said_paid(session: Session, held: OrderMoney) -> bool:
    """Whether the seller's own word has paid the order in full: the notice may be of that very money, and is not to
    count beside it by itself."""
    left = remaining(held.asked.amount, held.asked.received)
    return left == 0 and latest_seller_allocation(session, held) is not None


def _letters_and_account(session: Session, credit: BankCredit) -> tuple[str, Sequence[int]]:
    """The two letters that begin the commune's order codes, and the rows of the account that the money came in on."""
    of_credit = {"stall": credit.stall_id, "connection": credit.connection_id}
    [(letters, account_id)] = _LETTERS_AND_ACCOUNT.rows(session.connection(), of_credit)
    return letters, rows_of_number(session, account_id)


def orders_named(
    session: Session, credit: BankCredit, *, also: Sequence[int] = (), clock: Clock
) -> tuple[Sequence[str], list[OrderMoney]]:
    """The codes that a notice's memo says, and the stall's orders of these codes that were told to pay into this
    account, with those of the ids in `also`; all locked in one go, as two would be in no order."""
    letters, rows = _letters_and_account(session, credit)
    codes = find_codes(credit.memo, letters)
    which = or_(Order.code.in_(codes), Order.id.in_(also))
    found = lock_orders(session, which, Order.stall_id == credit.stall_id, clock=clock)
    told = {held.order.row.id for held in found if held.request and held.request.row.bank_account_id in rows}
    return codes, [held for held in found if held.order.row.id in told.union(also)]


def _owe_back(session: Session, credit: BankCredit, held: OrderMoney) -> None:
    """Money of an order that has ended revives nothing: it is its buyer's, and stands among what is to be given back
    until it is, or the seller takes the order up again."""
    end_if_overdue(session, held)
    add_allocation(session, GUEST, held, Source(kind=AllocationKind.BANK, credit_id=credit.id), credit.amount)


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
