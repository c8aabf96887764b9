"""What came in to a stall, and what of it waits for a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Subquery,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from market.base.db import NOW, AnyColumn, AnySelect, Base, UtcTime, said
from market.base.errors import NotFound
from market.base.seen import Facts
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.orders import OF_STALL, is_overdue
from market.orders.rules import OPEN, OrderStatus
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.queries.checks import last_outcome, was_confirmed
from market.payments.queries.facts import facts_to_allocate, facts_to_undo
from market.payments.queries.modes import communes_with
from market.payments.queries.orders import MOST_OWED, OWED_IN_ALL, OwedInAll, is_over
from market.payments.queries.pages import FIRST, MOST, rows_of_page
from market.payments.queries.refunds import MOST_OWED_BACK, OWING
from market.payments.rules.checks import CheckOutcome
from market.payments.rules.matching import UNMATCHED_WORDS, Candidate, Suggester, Suggestion, Unmatched
from market.payments.rules.statements import STATEMENT
from market.payments.rules.status import remaining
from market.places.rules.modes import Feature
from market.sellers.models import BankConnection
from market.values.money import Dong
from market.values.paging import ListPage
from market.values.period import day_end, day_start, local_day

NO_MONEY = "Không tìm thấy khoản tiền này."
MOST_SHOWN = 15
LATELY = 60 * MOST_SHOWN
"""What came in before that is found at its order: so much is paged through, and counted."""
MOST_WAITING = 50
MOST_CANDIDATES = 500
LOOK_BACK = timedelta(days=60)
FOUND_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyIn:
    """What paid orders in some days, by whose word: the bank's, the seller's own, the card gateway's."""

    bank: Dong
    by_hand: Dong
    card: Dong

    @property
    def total(self) -> Dong:
        return self.bank + self.by_hand + self.card


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySums:
    """What came in for a stall's orders since midnight in Vietnam, and since the first of the month there."""

    today: MoneyIn
    month: MoneyIn


def is_standing(of: type[Allocation]) -> tuple[ColumnElement[bool], ...]:
    """Allocations that have not been undone; the counter-rows themselves are no money either: they are negative, but
    for those of a card's money that left and came back. Said so that no index tempts a database away from the stall's
    own."""
    counter = aliased(Allocation)
    undone = select(counter.id).where(counter.undoes_id == of.id).correlate(of).exists()
    return of.amount > 0, func.coalesce(of.undoes_id, 0) == 0, ~undone


def is_of_statement(credit_id: AnyColumn, of: type[Base]) -> ColumnElement[bool]:
    """Whether a statement of the seller's own told of a credit, in a statement over a table that names it: her word, of
    which no loudspeaker speaks."""
    told = aliased(BankCredit)
    query = select(told.id).join(BankConnection, BankConnection.id == told.connection_id)
    return query.where(told.id == credit_id, BankConnection.provider == STATEMENT).correlate(of).exists()


_SINCE: BindParameter[datetime] = bindparam("since", type_=UtcTime())
_TODAY: BindParameter[datetime] = bindparam("today", type_=UtcTime())
_UNTIL: BindParameter[datetime] = bindparam("until", type_=UtcTime())


def _came_in() -> Subquery:
    """What was allocated in some days and stands, and below nothing what of cards left again: of bank notices by the
    bank's time (`came_at`), all else by when it was written. What a seller's own statement told is her word. Each part
    has an index of its own, and brings all that is asked of it: a join to the ids alone would read the whole table."""
    columns = (Allocation.id, Allocation.request_id, Allocation.kind, Allocation.amount)
    whose_word = case((BankConnection.provider == STATEMENT, said(AllocationKind.SELLER)), else_=Allocation.kind)
    of_notices = (
        select(
            Allocation.id,
            Allocation.request_id,
            type_coerce(whose_word, Allocation.kind.type).label("kind"),
            Allocation.amount,
            BankCredit.occurred_at.label("came_at"),
        )
        .join(BankCredit, BankCredit.id == Allocation.credit_id)
        .join(BankConnection, BankConnection.id == BankCredit.connection_id)
        .where(BankCredit.stall_id == OF_STALL, BankCredit.occurred_at >= _SINCE, BankCredit.occurred_at < _UNTIL)
        .where(Allocation.kind == said(AllocationKind.BANK), *is_standing(Allocation))
    )
    others = select(*columns, Allocation.at.label("came_at")).where(
        Allocation.stall_id == OF_STALL,
        Allocation.at >= _SINCE,
        Allocation.at < _UNTIL,
        Allocation.kind != said(AllocationKind.BANK),
        *is_standing(Allocation),
    )
    gone = select(*columns, Allocation.at.label("came_at")).where(
        Allocation.stall_id == OF_STALL, Allocation.at >= _SINCE, Allocation.at < _UNTIL, *_has_left(Allocation)
    )
    return union_all(of_notices, others, gone).subquery("came")


def _has_left(of: type[Allocation]) -> tuple[ColumnElement[bool], ...]:
    """The counter-rows of a card's money that left again and has not come back: they have an index of their own."""
    back = aliased(Allocation)
    came_back = select(back.id).where(back.undoes_id == of.id).correlate(of).exists()
    return or_(of.card_refund_id.is_not(None), of.card_dispute_id.is_not(None)), of.amount < 0, ~came_back


def _sums_since() -> AnySelect:
    """The kind of what came in, its sum since `since`, its sum since `today`."""
    came, earlier = _came_in(), aliased(Allocation)
    before = select(func.coalesce(func.sum(earlier.amount), 0)).where(
        earlier.request_id == came.c.request_id, earlier.id < came.c.id, *is_standing(earlier)
    )
    left = PaymentRequest.amount - before.correlate(came).scalar_subquery()
    counted = case(
        (PaymentRequest.received <= PaymentRequest.amount, came.c.amount),  # of hardly any order more came in
        (left <= 0, 0),
        (came.c.amount > left, left),
        else_=came.c.amount,
    )
    of_today = case((came.c.came_at >= _TODAY, counted), else_=0)
    return (
        select(came.c.kind, cast(func.sum(counted), BigInteger), cast(func.sum(of_today), BigInteger))
        .join(PaymentRequest, PaymentRequest.id == came.c.request_id)
        .join(PaymentRequest.order)
        .where(~is_over(NOW))
        .group_by(came.c.kind)
    )


_SUMS_SINCE = _sums_since()


def money_today(session: Session, stall_id: int, *, now: datetime) -> MoneyIn:
    """What came in for orders since midnight in Vietnam, counted as `money_sums` does."""
    return _money_since(session, stall_id, local_day(now), now).today


def money_sums(session: Session, stall_id: int, *, now: datetime) -> MoneySums:
    """What came in for orders today and this month: by the bank's own time where a bank says so.

    At most what each order asked, the earliest money first, and nothing of an order that has ended undelivered by now:
    all else is the buyers'.
    """
    return _money_since(session, stall_id, local_day(now).replace(day=1), now)


def _money_since(session: Session, stall_id: int, since: date, now: datetime) -> MoneySums:
    today = local_day(now)
    days = {"since": day_start(since), "today": day_start(today), "until": day_end(today)}
    rows = session.connection().execute(_SUMS_SINCE, {"stall": stall_id, "now": now} | days).all()
    month, of_today = ({row[0]: Dong(row[at]) for row in rows} for at in (1, 2))
    return MoneySums(today=_money_in(of_today), month=_money_in(month))


def _money_in(sums: Mapping[AllocationKind, Dong]) -> MoneyIn:
    nothing = Dong(0)
    return MoneyIn(
        bank=sums.get(AllocationKind.BANK, nothing),
        by_hand=sums.get(AllocationKind.SELLER, nothing),
        card=sums.get(AllocationKind.CARD, nothing),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """One amount that paid one order. `is_over`: the order has ended undelivered; `left_again`: what of a card's went
    back to it or is disputed. Of a bank's notice, `provider` brought it, `checked` is what came of asking that provider
    last, `was_confirmed` whether it ever told the same."""

    allocation_id: int
    code: str
    amount: Dong
    kind: AllocationKind
    at: datetime
    memo: str | None
    is_over: bool
    left_again: Dong
    provider: str | None = None
    checked: CheckOutcome | None = None
    was_confirmed: bool = False

    @property
    def is_of_statement(self) -> bool:
        """Whether a statement that the seller sent told of it: her word, not the bank's."""
        return self.provider == STATEMENT

    @property
    def can_undo(self) -> bool:
        """A card's money goes back at the gateway; the seller's own word on an order that is over is owed back."""
        return self.kind is not AllocationKind.CARD and not (self.kind is AllocationKind.SELLER and self.is_over)

    @property
    def facts(self) -> Facts:
        return facts_to_undo(self.code, self.amount, is_over=self.is_over)


_GONE = aliased(Allocation)
_LEFT_AGAIN = (
    select(func.coalesce(func.sum(-_GONE.amount), 0))
    .where(_GONE.card_payment_id == Allocation.card_payment_id, *_has_left(_GONE))
    .correlate(Allocation)
    .scalar_subquery()
    .label("left_again")
)
_STANDS_HERE = Allocation.stall_id == OF_STALL, *is_standing(Allocation)
_CAME_IN_LATELY = (
    select(
        Allocation.id.label("allocation_id"),
        Order.code,
        Allocation.amount,
        Allocation.kind,
        Allocation.at,
        BankCredit.memo,
        BankConnection.provider,
        last_outcome().label("checked"),
        was_confirmed().label("was_confirmed"),
        is_over(NOW).label("is_over"),
        _LEFT_AGAIN,
    )
    .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
    .join(Order, Order.id == PaymentRequest.order_id)
    .outerjoin(BankCredit, BankCredit.id == Allocation.credit_id)
    .outerjoin(BankConnection, BankConnection.id == BankCredit.connection_id)
    .where(*_STANDS_HERE)
    .order_by(Allocation.at.desc(), Allocation.id.desc())
    .limit(MOST)
    .offset(FIRST)
)


def came_in_lately(session: Session, stall_id: int, *, now: datetime, page: int = 1) -> Sequence[CameIn]:
    """One page of the amounts that paid the stall's orders and were not undone, newest first."""
    which = {"stall": stall_id, "now": now} | rows_of_page(page, MOST_SHOWN)
    return [CameIn(**row) for row in session.connection().execute(_CAME_IN_LATELY, which).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedMoney:
    """Money of the stall's account that pays no order yet: why, and which orders it may be for."""

    credit_id: int
    amount: Dong
    memo: str
    occurred_at: datetime
    reason: Unmatched
    suggestions: tuple[Suggestion, ...]

    @property
    def is_told_twice(self) -> bool:
        return self.reason is Unmatched.TOLD_TWICE

    @property
    def takes_order(self) -> bool:
        """Whether a person may put it on an order as it stands."""
        return self.reason not in (Unmatched.WRONG_ACCOUNT, Unmatched.TOLD_TWICE)

    @property
    def reason_words(self) -> str:
        return UNMATCHED_WORDS[self.reason]

    @property
    def facts(self) -> Facts:
        return facts_to_allocate(self.amount, self.reason)

    def facts_with(self, likely: Suggestion) -> Facts:
        return facts_to_allocate(self.amount, self.reason, offered=(likely.code, likely.remaining))


_WAITS = BankCredit.stall_id == OF_STALL, BankCredit.unmatched_reason.is_not(None)
_UNMATCHED = select(BankCredit).where(*_WAITS).order_by(BankCredit.id.desc()).limit(MOST).offset(FIRST)


def unmatched(session: Session, stall_id: int, *, now: datetime, page: int = 1) -> Sequence[UnmatchedMoney]:
    """One page of the stall's money that waits for a person, newest first, with ranked suggestions."""
    waiting = session.scalars(_UNMATCHED, {"stall": stall_id} | rows_of_page(page, MOST_WAITING)).all()
    if not waiting:
        return []
    suggester = Suggester(candidates(session, stall_id, now))
    payers = _paid_before(session, stall_id, {one.payer_digest for one in waiting if one.payer_digest})
    return [_waiting(credit, suggester, payers.get(credit.payer_digest or "", frozenset())) for credit in waiting]


def _paid_before(session: Session, stall_id: int, digests: Collection[str]) -> dict[str, set[str]]:
    """Which buyers of the stall have paid from each of these accounts, by the account's digest."""
    if not digests:
        return {}
    query = (
        select(BankCredit.payer_digest, Contact.phone)
        .join(Allocation, Allocation.credit_id == BankCredit.id)
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(BankCredit.stall_id == stall_id, BankCredit.payer_digest.in_(digests), *is_standing(Allocation))
        .distinct()
        .limit(MOST_CANDIDATES)
    )
    found: dict[str, set[str]] = {}
    for digest, phone in session.execute(query):
        if digest and phone:
            found.setdefault(digest, set()).add(str(phone))
    return found


def _waiting(credit: BankCredit, suggester: Suggester, payers: Collection[str]) -> UnmatchedMoney:
    reason = Unmatched(str(credit.unmatched_reason))
    left = credit.amount - credit.allocated
    is_ours = reason not in (Unmatched.WRONG_ACCOUNT, Unmatched.TOLD_TWICE)
    found = suggester.suggest(credit.memo, left, credit.occurred_at, payers=payers) if is_ours else ()
    return UnmatchedMoney(
        credit_id=credit.id,
        amount=left,
        memo=credit.memo,
        occurred_at=credit.occurred_at,
        reason=reason,
        suggestions=tuple(one for one in found if one.remaining or reason is not Unmatched.OWN_WORD),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLists:
    """How long the lists of a stall's money are (of what came in, at most so much as is called lately), what is still
    owed on all its orders, and how much providers told of in the last days only because they were asked (`found`)."""

    unmatched: int
    came_in: int
    owed_back: int
    owed: OwedInAll
    found: int = 0

    def page_of_unmatched(self, asked: int) -> ListPage:
        return ListPage(total=self.unmatched, size=MOST_WAITING, asked=asked)

    def page_of_came_in(self, asked: int) -> ListPage:
        return ListPage(total=self.came_in, size=MOST_SHOWN, asked=asked)

    def page_of_owed_back(self, asked: int) -> ListPage:
        return ListPage(total=self.owed_back, size=MOST_OWED_BACK, asked=asked)

    def page_of_owed(self, asked: int) -> ListPage:
        return ListPage(total=self.owed.orders, size=MOST_OWED, asked=asked)


def _money_lists() -> AnySelect:
    """Undone amounts are few and have an index of their own; with their counter-rows they are passed over, so that
    nobody asks of each amount whether it stands. So are the few of a card's money that left again."""
    owed = OWED_IN_ALL.subquery("owed")
    waiting = select(func.count(BankCredit.id)).where(*_WAITS).scalar_subquery()
    of_stall = Allocation.stall_id == OF_STALL
    twice = select(2 * func.count(Allocation.id)).where(of_stall, Allocation.undoes_id.is_not(None)).scalar_subquery()
    has_left = or_(Allocation.card_refund_id.is_not(None), Allocation.card_dispute_id.is_not(None))
    and_back = case((Allocation.undoes_id.is_(None), 1), else_=-1)
    gone = select(func.coalesce(func.sum(and_back), 0)).where(of_stall, has_left).scalar_subquery()
    undone = twice + gone
    rows = select(Allocation.stall_id).where(of_stall).limit(LATELY + undone).subquery("rows")
    came_in = select(func.count()).select_from(rows).scalar_subquery() - undone
    back = OWING.subquery("owing")
    owed_back = select(func.count(back.c.id.distinct())).scalar_subquery().label("owed_back")
    missed = BankCredit.stall_id == OF_STALL, BankCredit.found_at > bindparam("found_since", type_=UtcTime())
    found = select(func.count(BankCredit.id)).where(*missed).scalar_subquery().label("found")
    lists = waiting.label("unmatched"), came_in.label("came_in"), owed_back, found
    return select(*lists, owed.c.orders, owed.c.remaining)


_MONEY_LISTS = _money_lists()


def money_lists(session: Session, stall_id: int, *, now: datetime) -> MoneyLists:
    """All of it in one question."""
    asked = {"stall": stall_id, "now": now, "found_since": now - FOUND_SHOWN}
    row = session.connection().execute(_MONEY_LISTS, asked).one()
    owed = OwedInAll(orders=row.orders, remaining=Dong(row.remaining))
    return MoneyLists(unmatched=row.unmatched, came_in=row.came_in, owed_back=row.owed_back, owed=owed, found=row.found)


def candidates(session: Session, stall_id: int, now: datetime) -> list[Candidate]:
    """The orders that money may still be allocated to: those of late that have not ended unsold."""
    query = (
        select(Order.id, Order.code, Order.placed_at, PaymentRequest.amount, PaymentRequest.received, Contact.phone)
        .join(Order, Order.id == PaymentRequest.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(
            Order.stall_id == stall_id,
            Order.placed_at > now - LOOK_BACK,
            Order.status.in_(OPEN | {OrderStatus.DELIVERED}),
            ~is_overdue(now),
        )
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(MOST_CANDIDATES)
    )
    return [
        Candidate(
            order_id=row.id,
            code=row.code,
            remaining=remaining(row.amount, row.received),
            placed_at=row.placed_at,
            buyer=str(row.phone or ""),
        )
        for row in session.execute(query)
    ]


def credit_of_stall(session: Session, stall_id: int, credit_id: int) -> BankCredit:
    """A bank's notice of this stall; NotFound for another's."""
    credit = session.scalar(select(BankCredit).where(BankCredit.id == credit_id, BankCredit.stall_id == stall_id))
    if credit is None:
        raise NotFound(NO_MONEY)
    return credit


def allocation_of_stall(session: Session, stall_id: int, allocation_id: int) -> tuple[Allocation, int]:
    """An amount allocated to an order of this stall, and that order's id; NotFound for another's."""
    query = (
        select(Allocation, PaymentRequest.order_id)
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .where(Allocation.id == allocation_id, PaymentRequest.stall_id == stall_id, Allocation.undoes_id.is_(None))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(NO_MONEY)
    return row[0], row[1]


def credits_unread(session: Session, *, before: datetime, limit: int = 200) -> Sequence[int]:
    """The notices that were kept before a moment and never looked at, oldest first, where bank money is matched."""
    query = select(BankCredit.id).where(
        BankCredit.unmatched_reason == Unmatched.IN_PROGRESS,
        BankCredit.received_at < before,
        BankCredit.commune_id.in_(communes_with(Feature.BANK_MATCHING)),
    )
    return session.scalars(query.order_by(BankCredit.id).limit(limit)).all()
