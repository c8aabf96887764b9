"""Everything the KPI is counted from, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, Date, Text, and_, bindparam, case, cast, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from market.adoption.models import DeclaredSale, EvidenceReview, LedgerEntry, PlatformAccount, RaisedFlag, SaleCheck
from market.adoption.queries.evidence import answered_at, buyer_phone, holds_at
from market.adoption.queries.parties import LedgerScope, parties_of
from market.adoption.queries.platforms import OWN_PLATFORM
from market.adoption.rules import (
    Account,
    Count,
    DatedNumber,
    Declared,
    EntryKind,
    Figure,
    Ledger,
    Paper,
    RegisterLine,
    RiskFlag,
    Sale,
    Verdict,
    Vouch,
)
from market.base.db import AnyParameter
from market.base.row_query import AnyRowQuery, RowQuery
from market.orders.models import COMPLETED, Complaint, Contact, Order, Purchase
from market.payments.models import Allocation, AllocationKind, PaymentRequest, Refund
from market.payments.queries import BankTold, bank_told_of
from market.payments.queries.confirmed import KNOWN_AT, WhichOrders, orders_sent_back_to_cards
from market.places.models import DatedFact
from market.sellers.models import (
    Business,
    BusinessHistory,
    Certificate,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.period import Period, day_start, local_day, trailing_year

NOTHING_TOLD = BankTold()


def ledger_of(
    session: Session, asked: LedgerScope, *, with_accounts: bool = False, sales: Sequence[Sale] | None = None
) -> Ledger:
    """All that the KPI is counted from, as known at a moment. `with_accounts`: also who is paid into which bank
    account, which costs opening each of them; `sales`: those of the scope that matter, where they are read already.
    The look for risk flags alone asks for either."""
    return Ledger(
        lines=_lines(session, asked),
        accounts=accounts_of(session, asked),
        sales=_sales(session, asked) if sales is None else sales,
        declared=_declared(session, asked),
        papers=papers_of(session, asked),
        numbers=numbers_of(session, asked),
        parties=parties_of(session, asked, with_accounts=with_accounts),
        verdicts=_verdicts(session, asked),
        flags=_flags(session, asked),
    )


def recounted(session: Session, commune_id: int, as_of: date, *, known_at: datetime) -> Figure:
    """The KPI of a day over the year up to it, counted sale by sale from the orders themselves: what the ledger of
    evidence is held against. Reads all sales of the year into memory."""
    year = trailing_year(as_of)
    scope = LedgerScope(commune_id=commune_id, since=year.start, until=year.end, known_at=known_at)
    return Count(ledger_of(session, scope)).figure(as_of, year)


def _lines(session: Session, asked: LedgerScope) -> list[RegisterLine]:
    query = (
        select(
            BusinessHistory.business_id,
            type_coerce(BusinessHistory.kind, Text),
            type_coerce(BusinessHistory.status, Text),
            BusinessHistory.hamlet_id,
            BusinessHistory.valid_from,
            BusinessHistory.recorded_at,
            BusinessHistory.source,
        )
        .join(Business, Business.id == BusinessHistory.business_id)
        .where(Business.commune_id == asked.commune_id, BusinessHistory.recorded_at <= asked.known_at)
        .order_by(BusinessHistory.id)
    )
    return [
        RegisterLine(
            business_id=business_id,
            kind=kind,
            status=status,
            hamlet_id=hamlet_id,
            valid_from=valid_from,
            recorded_at=recorded_at,
            source=source,
        )
        for business_id, kind, status, hamlet_id, valid_from, recorded_at, source in session.execute(query)
    ]


_OF_COMMUNE: AnyParameter = bindparam("commune_id")
_OPENED, _VERIFIED = Stall.opened_at, Verification.verified_at
_IS_CLOSED = Stall.state == StallState.CLOSED
_CLOSED_AT = (
    select(func.max(LedgerEntry.recorded_at))
    .where(LedgerEntry.business_id == Stall.business_id, LedgerEntry.kind == EntryKind.ACCOUNT_ENDED)
    .where(LedgerEntry.about == Stall.__tablename__)
    .correlate(Stall)
    .scalar_subquery()
)
"""When a stall was closed, as the ledger says: its own row says only that it is. None of one that was closed before
there was a ledger, which has never had an account."""
_OWN_ACCOUNTS = RowQuery(
    select(
        Stall.business_id,
        case((_OPENED > _VERIFIED, _OPENED), else_=_VERIFIED),
        Verification.ended_at,
        case((_IS_CLOSED, _CLOSED_AT)),
    )
    .join(Verification, Verification.business_id == Stall.business_id)
    .where(
        Stall.commune_id == _OF_COMMUNE,
        or_(~_IS_CLOSED, _CLOSED_AT.is_not(None)),
        Stall.opened_at <= KNOWN_AT,
        Verification.verified_at <= KNOWN_AT,
        or_(Verification.state == VerificationState.VERIFIED, Verification.ended_at.is_not(None)),
    )
)
_OTHER_ACCOUNTS = RowQuery(
    select(PlatformAccount.business_id, PlatformAccount.platform, PlatformAccount.checked_at, PlatformAccount.ended_at)
    .where(
        PlatformAccount.business_id.in_(select(Business.id).where(Business.commune_id == _OF_COMMUNE)),
        PlatformAccount.checked_at <= KNOWN_AT,
    )
    .order_by(PlatformAccount.business_id, PlatformAccount.id)
)
_PAPERS = RowQuery(
    select(Certificate.business_id, Certificate.valid_from, Certificate.valid_to)
    .join(Business, Business.id == Certificate.business_id)
    .where(
        Business.commune_id == _OF_COMMUNE,
        Certificate.kind.startswith("OCOP"),
        Certificate.checked_at <= KNOWN_AT,
    )
)
_NUMBERS = RowQuery(
    select(DatedFact.key, DatedFact.value, DatedFact.valid_from, DatedFact.valid_to, DatedFact.commune_id)
    .where(
        DatedFact.key.startswith("kpi."),
        or_(DatedFact.commune_id == _OF_COMMUNE, DatedFact.commune_id.is_(None)),
    )
    .order_by(DatedFact.id)
)
"""Built once, as those below: each is asked for every figure, and building one takes longer than running it."""


def accounts_of(session: Session, asked: LedgerScope) -> list[Account]:
    """Every account on a platform, here and elsewhere, that was known of."""
    return [*_own_accounts(session, asked), *_other_accounts(session, asked)]


def _own_accounts(session: Session, asked: LedgerScope) -> list[Account]:
    """A stall here whose seller is verified, from the later of the two days on. Put in order here: asked to, SQLite
    would read those of all communes."""
    rows = _OWN_ACCOUNTS.rows(session.connection(), _in(asked))
    found = [
        _account(asked, key, OWN_PLATFORM, since_at, _first_known(asked, ended_at, closed_at))
        for key, since_at, ended_at, closed_at in rows
    ]
    return sorted(found, key=attrgetter("business_id", "since"))


def _other_accounts(session: Session, asked: LedgerScope) -> list[Account]:
    rows = _OTHER_ACCOUNTS.rows(session.connection(), _in(asked))
    return [_account(asked, key, name, since_at, ended_at) for key, name, since_at, ended_at in rows if since_at]


def _first_known(asked: LedgerScope, *moments: datetime | None) -> datetime | None:
    """The first that had come by then."""
    return min((one for one in moments if one and one <= asked.known_at), default=None)


def _account(asked: LedgerScope, key: int, platform: str, since_at: datetime, ended_at: datetime | None) -> Account:
    until = local_day(ended_at) if ended_at and ended_at <= asked.known_at else None
    return Account(business_id=key, platform=platform, since=local_day(since_at), until=until)


def _sales(session: Session, asked: LedgerScope) -> list[Sale]:
    return sales_in(session, asked, Period(asked.since, asked.until))


def sales_in(session: Session, asked: LedgerScope, days: Period) -> list[Sale]:
    """Those of some days, whatever days the scope has."""
    return _read_sales(session, _OF_DAYS, _given(asked) | {"since": days.start, "until": days.end})


def sale_of(session: Session, commune_id: int, order_id: int, *, known_at: datetime) -> Sale | None:
    """One completed order as the KPI sees it; None for any other."""
    return sales_of(session, commune_id, [order_id], known_at=known_at).get(order_id)


def sales_of(session: Session, commune_id: int, order_ids: Collection[int], *, known_at: datetime) -> dict[int, Sale]:
    """Those of some orders that are sales, by order."""
    given = {"commune_id": commune_id, "known_at": known_at, "ids": list(order_ids)}
    return {one.order_id: one for one in _read_sales(session, _BY_IDS, given)}


def _in(asked: LedgerScope) -> dict[str, object]:
    """What the statements over a commune leave open."""
    return {"commune_id": asked.commune_id, "known_at": asked.known_at}


def _given(asked: LedgerScope) -> dict[str, object]:
    """What the statements over orders of its days leave open."""
    return {"commune_id": asked.commune_id, "known_at": asked.known_at, "since": asked.since, "until": asked.until}


_IN_COMMUNE = (COMPLETED, Order.commune_id == _OF_COMMUNE)
"""The condition of the partial index over completed orders must stand in the statement as it is."""
_OF_DAYS = (
    *_IN_COMMUNE,
    Order.completed_on.between(bindparam("since", type_=Date()), bindparam("until", type_=Date())),
)
_BY_IDS = (*_IN_COMMUNE, Order.id.in_(bindparam("ids", expanding=True)))


class _SaleRow(NamedTuple):
    id: int
    code: str
    business_id: int
    completed_on: date
    total: int
    is_confirmed: bool | None
    person_id: int | None
    phone: str
    device: str | None
    check_id: int | None
    vouch: Vouch | None


@lru_cache(maxsize=4)
def _sales_query(which: WhichOrders) -> AnyRowQuery:
    return RowQuery(
        select(
            Order.id,
            Order.code,
            Order.business_id,
            Order.completed_on,
            type_coerce(Order.total, BigInteger),
            Order.buyer_confirmed_at <= KNOWN_AT,
            Contact.person_id,
            buyer_phone(),
            Contact.device,
            SaleCheck.id,
            SaleCheck.vouch,
        )
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .outerjoin(SaleCheck, and_(SaleCheck.order_id == Order.id, holds_at(SaleCheck, KNOWN_AT)))
        .where(*which, Order.completed_at <= KNOWN_AT)
    )


def _read_sales(session: Session, which: WhichOrders, given: Mapping[str, object]) -> list[Sale]:
    """One whose money was all given back is no sale. `given`: what the conditions leave open, and `known_at`."""
    connection = session.connection()
    told = bank_told_of(session, which, given)
    carded, given_back = dict(_carded(which).rows(connection, given)), _all_given_back(connection, which, given)
    sent_back = {order_id for (order_id,) in _sent_back(which).rows(connection, given)}
    return [
        _sale(row, told.get(row.id, NOTHING_TOLD), carded.get(row.id, 0), given_back.get(row.id, 0))
        for row in map(_SaleRow._make, _sales_query(which).rows(connection, given))
        if given_back.get(row.id, 0) < row.total and row.id not in sent_back
    ]


def _sale(row: _SaleRow, told: BankTold, carded: int, given_back: int) -> Sale:
    return Sale(
        order_id=row.id,
        code=row.code,
        business_id=row.business_id,
        completed_on=row.completed_on,
        total=row.total,
        banked=told.banked,
        carded=carded,
        bank_confirmed=told.confirmed,
        payer=told.payer,
        is_contested=told.is_contested,
        given_back=given_back,
        is_confirmed=bool(row.is_confirmed),
        buyer_id=row.person_id,
        phone=intern(row.phone),
        device=row.device and intern(row.device),
        is_examined=row.check_id is not None,
        vouch=row.vouch,
    )


def _all_given_back(connection: Connection, which: WhichOrders, given: Mapping[str, object]) -> dict[int, int]:
    """What went back to buyers, by order: what their sellers say, and what of goods that were not right went from hand
    to hand."""
    back = dict(_given_back(which).rows(connection, given))
    for order_id, amount in _by_hand(which).rows(connection, given):
        back[order_id] = back.get(order_id, 0) + amount
    return back


@lru_cache(maxsize=4)
def _by_hand(which: WhichOrders) -> RowQuery[int, int]:
    return RowQuery(
        select(Complaint.order_id, cast(func.sum(Complaint.by_hand), BigInteger))
        .join(Order, Order.id == Complaint.order_id)
        .where(*which, Complaint.returned_at <= KNOWN_AT)
        .group_by(Complaint.order_id)
    )


@lru_cache(maxsize=4)
def _given_back(which: WhichOrders) -> RowQuery[int, int]:
    """What sellers say they gave back to the buyers of their orders, by order: few are given back at all."""
    return RowQuery(
        select(PaymentRequest.order_id, cast(func.sum(Refund.amount), BigInteger))
        .join(Refund, Refund.request_id == PaymentRequest.id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(*which, Refund.at <= KNOWN_AT)
        .group_by(PaymentRequest.order_id)
    )


@lru_cache(maxsize=4)
def _sent_back(which: WhichOrders) -> RowQuery[int]:
    """The orders whose money all went back to cards."""
    return RowQuery(orders_sent_back_to_cards().join(Order, Order.id == PaymentRequest.order_id).where(*which))


@lru_cache(maxsize=4)
def _carded(which: WhichOrders) -> RowQuery[int, int]:
    """What card gateways say they charged, by order, less what left again."""
    return RowQuery(
        select(PaymentRequest.order_id, cast(func.sum(Allocation.amount), BigInteger))
        .join(Allocation, Allocation.request_id == PaymentRequest.id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(*which, Allocation.kind == AllocationKind.CARD, Allocation.at <= KNOWN_AT)
        .group_by(PaymentRequest.order_id)
    )


def _declared(session: Session, asked: LedgerScope) -> list[Declared]:
    query = (
        select(DeclaredSale.business_id, DeclaredSale.platform, DeclaredSale.sold_on)
        .join(Business, Business.id == DeclaredSale.business_id)
        .where(
            Business.commune_id == asked.commune_id,
            DeclaredSale.sold_on.between(asked.since, asked.until),
            DeclaredSale.declared_at <= asked.known_at,
        )
        .order_by(DeclaredSale.id)
    )
    return [
        Declared(business_id=row.business_id, platform=row.platform, sold_on=row.sold_on)
        for row in session.execute(query)
    ]


def papers_of(session: Session, asked: LedgerScope) -> list[Paper]:
    return [
        Paper(business_id=business_id, valid_from=valid_from, valid_to=valid_to)
        for business_id, valid_from, valid_to in _PAPERS.rows(session.connection(), _in(asked))
    ]


def number_on(session: Session, commune_id: int, key: str, day: date) -> int | None:
    """One of the KPI's numbers in force on a day."""
    asked = LedgerScope(commune_id=commune_id, since=day, until=day, known_at=day_start(day))
    return Ledger(lines=(), numbers=numbers_of(session, asked)).number_on(key, day)


def numbers_of(session: Session, asked: LedgerScope) -> list[DatedNumber]:
    """The KPI's numbers: the commune's own and the country's."""
    return [
        DatedNumber(key=key, value=int(value), valid_from=valid_from, valid_to=valid_to, is_own=commune_id is not None)
        for key, value, valid_from, valid_to, commune_id in _NUMBERS.rows(session.connection(), _in(asked))
    ]


def _verdicts(session: Session, asked: LedgerScope) -> dict[int, Verdict]:
    """The newest verdict on each order of the window."""
    return dict(_verdicts_query(_OF_DAYS).rows(session.connection(), _given(asked)))


def verdicts_on(
    session: Session, commune_id: int, order_ids: Collection[int], *, known_at: datetime
) -> dict[int, Verdict]:
    """The newest verdict on each of some orders."""
    given = {"commune_id": commune_id, "known_at": known_at, "ids": list(order_ids)}
    return dict(_verdicts_query(_BY_IDS).rows(session.connection(), given))


@lru_cache(maxsize=4)
def _verdicts_query(which: WhichOrders) -> RowQuery[int, Verdict]:
    return RowQuery(
        select(EvidenceReview.order_id, EvidenceReview.verdict)
        .join(Order, Order.id == EvidenceReview.order_id)
        .where(*which, EvidenceReview.reviewed_at <= KNOWN_AT)
        .order_by(EvidenceReview.id)
    )


def _flags(session: Session, asked: LedgerScope) -> dict[int, tuple[RiskFlag, ...]]:
    """What the job flagged of each order of the window and no verdict has answered since."""
    return _read_flags(session, _OF_DAYS, _given(asked))


def flags_raised(
    session: Session, commune_id: int, order_ids: Collection[int], *, known_at: datetime
) -> dict[int, tuple[RiskFlag, ...]]:
    """Of some orders what the job flagged and no verdict has answered since."""
    return _read_flags(session, _BY_IDS, {"commune_id": commune_id, "known_at": known_at, "ids": list(order_ids)})


@lru_cache(maxsize=4)
def _flags_query(which: WhichOrders) -> RowQuery[int, RiskFlag]:
    decided = answered_at(KNOWN_AT)
    return RowQuery(
        select(RaisedFlag.order_id, RaisedFlag.risk_flag)
        .join(Order, Order.id == RaisedFlag.order_id)
        .where(*which, holds_at(RaisedFlag, KNOWN_AT))
        .where(or_(decided.is_(None), RaisedFlag.found_at > decided))
    )


def _read_flags(session: Session, which: WhichOrders, given: Mapping[str, object]) -> dict[int, tuple[RiskFlag, ...]]:
    found: dict[int, list[RiskFlag]] = defaultdict(list)
    for order_id, flag in _flags_query(which).rows(session.connection(), given):
        found[order_id].append(flag)
    return {order_id: tuple(sorted(flags)) for order_id, flags in found.items()}
