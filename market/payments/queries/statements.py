"""A stall's statements: how the columns of one are read, and what of its rows the market knows already."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.payments.models import BankCredit, StatementLayout
from market.payments.queries.stalls import candidates
from market.payments.rules.matching import Suggester
from market.payments.rules.statements import STATEMENT, StatementLine
from market.payments.rules.twins import is_same_moment, is_same_reference, knows_day_alone
from market.places.models import Commune
from market.sellers.models import BankConnection, Stall
from market.sellers.queries import live_bank_account, rows_of_number
from market.values.codes import find_codes, squash
from market.values.period import day_end, day_start, local_day

SHORTEST_MEMO = 6
LONG_REFERENCE = 8
A_WHILE = timedelta(minutes=5)
KNOWN_HERE = "Đã có từ lần gửi sao kê trước."
KNOWN_THERE = "Đã có từ báo có của ngân hàng."
OF_NO_ORDER = "Không có mã đơn nào của gian hàng, và không đơn nào đang chờ đúng số tiền này."
IN_FUTURE = "Ngày ở sau hôm nay."


def layout_of(session: Session, stall_id: int, head: str) -> Mapping[str, str]:
    """What the stall said of the columns of statements with this head; nothing where it never did."""
    query = select(StatementLayout.fields).where(
        StatementLayout.stall_id == stall_id, StatementLayout.head_hash == head
    )
    return session.scalar(query) or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """A row of a statement and what becomes of it: `why` says why it is left out, nothing where it is taken. `twin_of`:
    the credit that may be of the very same transfer, so that the row waits for a person."""

    line: StatementLine
    why: str = ""
    twin_of: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    provider: str
    key: str
    amount: int
    memo: str
    bank_ref: str
    occurred_at: datetime


def plan_lines(session: Session, stall_id: int, lines: Iterable[StatementLine], *, now: datetime) -> list[PlannedLine]:
    """What becomes of each row, in their order. A row is taken where it may be of an order of the stall's: what else
    comes in on somebody's account is nobody's business here, and is not kept."""
    rows = list(lines)
    days = [line.occurred_at for line in rows if line.occurred_at]
    known = _known(session, stall_id, days) if days else []
    letters = session.scalars(
        select(Commune.letters).join(Stall, Stall.commune_id == Commune.id).where(Stall.id == stall_id)
    ).one()
    judge = _Judge(letters=letters, suggester=Suggester(candidates(session, stall_id, now)), now=now)
    judge.pair(rows, known)
    return [judge.plan(line) for line in rows]


def _known(session: Session, stall_id: int, days: Sequence[datetime]) -> list[_Known]:
    """What came in on the stall's account in the days of a statement, as all sources told it."""
    business = session.get_one(Stall, stall_id).business_id
    account = live_bank_account(session, business)
    if account is None:
        return []
    query = (
        select(
            BankCredit.id,
            BankConnection.provider,
            BankCredit.provider_txn_id,
            BankCredit.amount,
            BankCredit.memo,
            BankCredit.bank_ref,
            BankCredit.occurred_at,
        )
        .join(BankConnection, BankConnection.id == BankCredit.connection_id)
        .where(
            BankCredit.stall_id == stall_id,
            BankConnection.bank_account_id.in_(rows_of_number(session, account.id)),
            BankCredit.occurred_at >= day_start(local_day(min(days))) - timedelta(days=1),
            BankCredit.occurred_at < day_end(local_day(max(days))) + timedelta(days=1),
        )
        .order_by(BankCredit.id)
    )
    return [_Known(*row) for row in session.execute(query)]


class _Judge:
    """Goes through a statement's rows: each notice of a provider stands for one row at most."""

    def __init__(self, *, letters: str, suggester: Suggester, now: datetime) -> None:
        self._own: set[str] = set()
        self._told: dict[int, list[_Known]] = {}
        self._paired: set[str] = set()
        self._letters, self._suggester, self._now = letters, suggester, now

    def pair(self, rows: Sequence[StatementLine], known: Iterable[_Known]) -> None:
        """Find the rows that a provider has told of: by the bank's reference first, then by the same words."""
        for one in known:
            if one.provider == STATEMENT:
                self._own.add(one.key)
            else:
                self._told.setdefault(one.amount, []).append(one)
        for is_same in (_has_reference_of, _has_words_of):
            for line in rows:
                self._take_pair(line, is_same)

    def _take_pair(self, line: StatementLine, is_same: Callable[[StatementLine, _Known], bool]) -> None:
        if not line.key or line.key in self._own or line.key in self._paired:
            return
        there = self._told.get(line.amount, [])
        found = next((one for one in there if _is_same_day(line, one) and is_same(line, one)), None)
        if found is not None:
            there.remove(found)
            self._paired.add(line.key)

    def plan(self, line: StatementLine) -> PlannedLine:
        if line.why or line.occurred_at is None:
            return PlannedLine(line=line, why=line.why)
        if line.key in self._own:
            return PlannedLine(line=line, why=KNOWN_HERE)
        if line.key in self._paired:
            return PlannedLine(line=line, why=KNOWN_THERE)
        if line.occurred_at > self._now + A_WHILE:
            return PlannedLine(line=line, why=IN_FUTURE)
        codes = find_codes(line.memo, self._letters)
        if not codes and not self._suggester.suggest(line.memo, line.amount, line.occurred_at, most=1):
            return PlannedLine(line=line, why=OF_NO_ORDER)
        return PlannedLine(line=line, twin_of=self._alike(line, codes))

    def _alike(self, line: StatementLine, codes: Sequence[str]) -> int | None:
        """A notice of the same order, amount and day whose reference and words are otherwise: it may be of this very
        transfer, as banks write them anew."""
        for one in self._told.get(line.amount, ()):
            is_of_order = not set(codes).isdisjoint(find_codes(one.memo, self._letters))
            if is_of_order and _is_same_day(line, one) and _may_be_same_moment(line, one):
                return one.id
        return None


def _has_reference_of(line: StatementLine, one: _Known) -> bool:
    """The same reference; some statements have it among the words alone."""
    if is_same_reference(one.bank_ref, line.bank_ref):
        return True
    reference = squash(one.bank_ref)
    return len(reference) >= LONG_REFERENCE and reference in squash(line.memo)


def _has_words_of(line: StatementLine, one: _Known) -> bool:
    """The same words and hour, where one of the two has no reference: two references are two transfers."""
    memo, has_both = squash(line.memo), bool(squash(line.bank_ref) and squash(one.bank_ref))
    is_same = len(memo) >= SHORTEST_MEMO and memo == squash(one.memo)
    return is_same and not has_both and _may_be_same_moment(line, one)


def _is_same_day(line: StatementLine, one: _Known) -> bool:
    return line.occurred_at is not None and local_day(line.occurred_at) == local_day(one.occurred_at)


def _may_be_same_moment(line: StatementLine, one: _Known) -> bool:
    """Where both say the hour, the hour counts."""
    if line.occurred_at is None:
        return False
    return knows_day_alone(line.occurred_at) or is_same_moment(line.occurred_at, one.occurred_at)
