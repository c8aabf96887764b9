"""Questions about asking the providers of bank notices: with what, about which notices, and what they told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from market.base.seen import UNSAID, Facts
from market.orders.models import Order
from market.payments.models import BankAccess, BankCredit, BankCreditCheck, PaymentRequest
from market.payments.queries.modes import communes_with
from market.payments.rules.checks import GIVE_UP_AFTER, LOOK_AGAIN_AFTER, CheckOutcome
from market.payments.rules.searching import EVERY, SETTLED, SOONER
from market.places.rules.modes import Feature
from market.sellers.models import BankAccount, BankConnection, Business
from market.sellers.queries import bank_feed_facts, connection_of, is_same_number, live_bank_account

MOST_ASKED = 200


# --- access ---------------------------------------------------------------------------------------------------------


def bank_access_of(session: Session, connection_id: int) -> BankAccess | None:
    return session.scalar(select(BankAccess).where(BankAccess.connection_id == connection_id))


def bank_access(session: Session, access_id: int) -> BankAccess | None:
    """One whose feed has not ended; None otherwise."""
    query = select(BankAccess).join(BankConnection).where(BankAccess.id == access_id, BankConnection.ended_at.is_(None))
    return session.scalar(query.options(joinedload(BankAccess.connection)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFeed:
    """The live feed of an account: who brings its notices, and whether a seller lets the market ask there."""

    provider: str
    may_ask: bool


_ASKED, _ROW = aliased(BankAccount), aliased(BankAccount)
_LIVE_FEED = (
    select(BankConnection.provider, BankAccess.id.is_not(None).label("may_ask"))
    .join(_ROW, _ROW.id == BankConnection.bank_account_id)
    .join(_ASKED, is_same_number(_ROW, _ASKED))
    .outerjoin(BankAccess, BankAccess.connection_id == BankConnection.id)
    .where(_ASKED.id == bindparam("account", type_=BigInteger()), BankConnection.ended_at.is_(None))
    .order_by(BankConnection.id.desc())
)


def live_feed(session: Session, bank_account_id: int) -> LiveFeed | None:
    row = session.execute(_LIVE_FEED, {"account": bank_account_id}).first()
    return LiveFeed(provider=row.provider, may_ask=bool(row.may_ask)) if row else None


def facts_of_access(session: Session, business_id: int) -> Facts:
    """Where a business is paid, who tells of it, and whether and since when the market may ask."""
    account = live_bank_account(session, business_id)
    connection = connection_of(session, account.id) if account else None
    access = bank_access_of(session, connection.id) if connection else None
    since = f"đã cho{UNSAID}{access.granted_at.isoformat()}" if access else "chưa cho"
    return {**bank_feed_facts(session, business_id), "việc cho chợ hỏi": since}


def accesses_to_ask(session: Session, *, now: datetime) -> Sequence[int]:
    """The accesses with which something is to be asked now, where bank money is matched."""
    due = select(BankCredit.id).where(BankCredit.connection_id == BankAccess.connection_id, BankCredit.ask_at <= now)
    query = (
        select(BankAccess.id)
        .join(BankConnection, BankConnection.id == BankAccess.connection_id)
        .where(BankConnection.ended_at.is_(None), or_(BankAccess.ask_after.is_(None), BankAccess.ask_after <= now))
        .join(BankConnection.bank_account)
        .join(Business, Business.id == BankAccount.business_id)
        .where(due.correlate(BankAccess).exists())
        .where(Business.commune_id.in_(communes_with(Feature.BANK_MATCHING)))
    )
    return session.scalars(query.order_by(BankAccess.id)).all()


def accesses_to_search(session: Session, *, now: datetime) -> Sequence[int]:
    """The accesses with which what no call told of is to be looked for: every few hours, sooner where a buyer of the
    stall's says that they paid and the feed is silent."""
    known = func.coalesce(BankAccess.searched_to, BankConnection.created_at)
    told = func.coalesce(BankConnection.last_notice_at, BankConnection.created_at)
    waits = (
        select(PaymentRequest.id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(PaymentRequest.bank_account_id == BankConnection.bank_account_id, PaymentRequest.closed_at.is_(None))
        .where(PaymentRequest.received < PaymentRequest.amount, Order.said_paid_at.is_not(None))
        .where(Order.said_paid_at > now - LOOK_AGAIN_AFTER)
    )
    is_silent = and_(known <= now - SOONER - SETTLED, told <= now - SOONER, waits.correlate(BankConnection).exists())
    query = (
        select(BankAccess.id)
        .join(BankConnection, BankConnection.id == BankAccess.connection_id)
        .where(BankConnection.ended_at.is_(None), or_(BankAccess.ask_after.is_(None), BankAccess.ask_after <= now))
        .where(or_(known <= now - EVERY - SETTLED, is_silent))
    )
    return session.scalars(query.order_by(BankAccess.id)).all()


# --- one notice -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditToAsk:
    """A notice that its provider is to be asked about, and how often it has told of it."""

    id: int
    provider_txn_id: str
    occurred_at: datetime
    received_at: datetime
    times: int


def credits_to_ask(session: Session, connection_id: int, *, now: datetime) -> list[CreditToAsk]:
    """Those of one feed that are due, the oldest transaction first; those that waited for a month are given up instead
    (`credits_to_give_up`)."""
    query = (
        select(
            BankCredit.id,
            BankCredit.provider_txn_id,
            BankCredit.occurred_at,
            BankCredit.received_at,
            _told_times().label("times"),
        )
        .where(*_is_due(connection_id, now), BankCredit.received_at > now - GIVE_UP_AFTER)
        .order_by(BankCredit.occurred_at, BankCredit.id)
        .limit(MOST_ASKED)
    )
    return [CreditToAsk(**row) for row in session.execute(query).mappings()]


def credits_to_give_up(session: Session, connection_id: int, *, now: datetime) -> Sequence[int]:
    """Those of one feed that are due and could not be asked about for a month."""
    query = select(BankCredit.id).where(*_is_due(connection_id, now), BankCredit.received_at <= now - GIVE_UP_AFTER)
    return session.scalars(query.order_by(BankCredit.id).limit(MOST_ASKED)).all()


def _is_due(connection_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return BankCredit.connection_id == connection_id, BankCredit.ask_at <= now


def _told_times() -> ColumnElement[int]:
    told = select(func.count(BankCreditCheck.id)).where(BankCreditCheck.credit_id == BankCredit.id)
    return told.correlate(BankCredit).scalar_subquery()


def checks_of(session: Session, credit_id: int) -> Sequence[BankCreditCheck]:
    """What was told of a notice so far, the oldest first."""
    query = select(BankCreditCheck).where(BankCreditCheck.credit_id == credit_id)
    return session.scalars(query.order_by(BankCreditCheck.number)).all()


def was_confirmed() -> ColumnElement[bool]:
    """Whether a provider ever told the same as its notice, in a statement over `bank_credit`."""
    told = select(BankCreditCheck.id).where(
        BankCreditCheck.credit_id == BankCredit.id, BankCreditCheck.outcome == CheckOutcome.CONFIRMED
    )
    return told.correlate(BankCredit).exists()


def last_outcome() -> ColumnElement[CheckOutcome]:
    """What was told of a notice last, in a statement over `bank_credit`; NULL where nothing was."""
    told = select(BankCreditCheck.outcome).where(BankCreditCheck.credit_id == BankCredit.id)
    return told.order_by(BankCreditCheck.number.desc()).limit(1).correlate(BankCredit).scalar_subquery()
