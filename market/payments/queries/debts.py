"""Who owes a stall, how much, since when. A stall's own people alone are shown it; of their own debt, its buyer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Select, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from market.base.db import said
from market.base.errors import NotFound
from market.base.seen import Facts
from market.orders.models import Order
from market.payments.models import DebtLine, Debtor, PaymentRequest
from market.payments.rules.debts import DebtKind
from market.payments.rules.status import remaining
from market.values.money import Dong, format_dong
from market.values.paging import ListPage
from market.values.phone import Phone

PAGE = 20
NO_DEBTOR = "Không tìm thấy người này trong sổ mua chịu. Mời mở lại sổ."

_LACKING = case(
    (PaymentRequest.received < PaymentRequest.amount, PaymentRequest.amount - PaymentRequest.received), else_=0
)
_OPEN = case((DebtLine.kind == said(DebtKind.ORDER), func.coalesce(_LACKING, 0)), else_=DebtLine.amount)
"""What a row adds to what is owed now: an order what it still lacks, any other row its amount."""
_OWED = cast(func.coalesce(func.sum(_OPEN), 0), BigInteger)
_SUMS = (
    select(DebtLine.debtor_id, _OWED.label("owed"))
    .outerjoin(PaymentRequest, PaymentRequest.order_id == DebtLine.order_id)
    .group_by(DebtLine.debtor_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """A regular and what they owe now. `since`: when the first row that is not paid off was written; None where nothing
    is owed."""

    debtor_id: int
    name: str
    phone: Phone | None
    owed: Dong
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtsInAll:
    """How many owe the stall, and how much that is."""

    people: int
    owed: Dong


def debts_in_all(session: Session, stall_id: int) -> DebtsInAll:
    sums = _SUMS.join(Debtor, Debtor.id == DebtLine.debtor_id).where(Debtor.stall_id == stall_id).subquery()
    total = cast(func.coalesce(func.sum(sums.c.owed), 0), BigInteger)
    row = session.execute(select(func.count(), total).where(sums.c.owed > 0)).one()
    return DebtsInAll(people=row[0], owed=Dong(row[1]))


def debtors_of(session: Session, stall_id: int, page: ListPage) -> Sequence[Owing]:
    """One page of those who owe the stall, who owes most first."""
    sums = _SUMS.join(Debtor, Debtor.id == DebtLine.debtor_id).where(Debtor.stall_id == stall_id).subquery()
    query = (
        select(Debtor, sums.c.owed)
        .join(sums, sums.c.debtor_id == Debtor.id)
        .where(sums.c.owed > 0)
        .order_by(sums.c.owed.desc(), Debtor.id)
        .limit(page.size)
        .offset(page.first)
    )
    rows = session.execute(query).all()
    since = _since(session, [debtor.id for debtor, _ in rows])
    return [_owing(debtor, owed, since.get(debtor.id)) for debtor, owed in rows]


def debtor_of_stall(session: Session, stall_id: int, debtor_id: int) -> Owing:
    """NotFound for another stall's."""
    debtor = session.scalar(select(Debtor).where(Debtor.id == debtor_id, Debtor.stall_id == stall_id))
    if debtor is None:
        raise NotFound(NO_DEBTOR)
    return _owing(debtor, owed_by(session, debtor_id), _since(session, [debtor_id]).get(debtor_id))


def debtor_of_line(session: Session, stall_id: int, line_id: int) -> Owing:
    """Whose row it is; NotFound for another stall's."""
    debtor_id = session.scalar(select(DebtLine.debtor_id).where(DebtLine.id == line_id))
    return debtor_of_stall(session, stall_id, debtor_id or 0)


def owed_by(session: Session, debtor_id: int) -> Dong:
    """What somebody owes now."""
    owed = session.scalar(_SUMS.with_only_columns(_OWED).where(DebtLine.debtor_id == debtor_id))
    return Dong(owed or 0)


def owed_without_order(session: Session, debtor_id: int) -> Dong:
    """What of it belongs to no order."""
    own = DebtLine.debtor_id == debtor_id, DebtLine.kind != said(DebtKind.ORDER)
    return Dong(session.scalar(select(cast(func.coalesce(func.sum(DebtLine.amount), 0), BigInteger)).where(*own)) or 0)


def orders_owing(session: Session, debtor_id: int) -> Sequence[int]:
    """The orders on credit that still lack money, the oldest first."""
    query = (
        select(DebtLine.order_id)
        .join(PaymentRequest, PaymentRequest.order_id == DebtLine.order_id)
        .where(DebtLine.debtor_id == debtor_id, PaymentRequest.received < PaymentRequest.amount)
        .order_by(DebtLine.id)
    )
    return [order_id for order_id in session.scalars(query) if order_id is not None]


def _owing(debtor: Debtor, owed: int, since: datetime | None) -> Owing:
    is_owed = owed > 0
    return Owing(
        debtor_id=debtor.id, name=debtor.name, phone=debtor.phone, owed=Dong(owed), since=since if is_owed else None
    )


_UNDO = aliased(DebtLine)
_STANDS = ~select(_UNDO.id).where(_UNDO.undoes_id == DebtLine.id).exists()


def _since(session: Session, debtor_ids: Sequence[int]) -> dict[int, datetime]:
    """When the oldest row was written that is not paid off: orders by their own money, goods without one in the order
    in which they were taken."""
    of_orders = (
        select(DebtLine.debtor_id, func.min(DebtLine.at))
        .join(PaymentRequest, PaymentRequest.order_id == DebtLine.order_id)
        .where(DebtLine.debtor_id.in_(debtor_ids), PaymentRequest.received < PaymentRequest.amount)
        .group_by(DebtLine.debtor_id)
    )
    found: dict[int, datetime] = {}
    for query in (of_orders, _goods_not_paid(debtor_ids)):
        for debtor_id, at in session.execute(query):
            found[debtor_id] = min(found.get(debtor_id, at), at)
    return found


def _goods_not_paid(debtor_ids: Sequence[int]) -> Select[int, datetime]:
    """By debtor, when the first goods were taken that what was paid off does not cover."""
    rows = DebtLine.debtor_id.in_(debtor_ids), _STANDS
    so_far = func.sum(DebtLine.amount).over(partition_by=DebtLine.debtor_id, order_by=DebtLine.id).label("so_far")
    taken = select(DebtLine.debtor_id, DebtLine.at, so_far).where(*rows, DebtLine.kind == DebtKind.GOODS).subquery()
    paid = (
        select(DebtLine.debtor_id, func.sum(-DebtLine.amount).label("paid"))
        .where(*rows, DebtLine.kind == DebtKind.PAID)
        .group_by(DebtLine.debtor_id)
        .subquery()
    )
    query = select(taken.c.debtor_id, func.min(taken.c.at)).outerjoin(paid, paid.c.debtor_id == taken.c.debtor_id)
    return query.where(taken.c.so_far > func.coalesce(paid.c.paid, 0)).group_by(taken.c.debtor_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRow:
    """A row of somebody's page. `left`: of an order, what it still lacks. `is_undone`: taken back since."""

    line_id: int
    kind: DebtKind
    amount: Dong
    text: str
    at: datetime
    order_code: str | None
    left: Dong
    is_undone: bool

    @property
    def can_be_taken_back(self) -> bool:
        """An order's money says what is owed of it: nothing of the book takes that away."""
        return self.kind in (DebtKind.GOODS, DebtKind.PAID) and not self.is_undone


def count_rows(session: Session, debtor_id: int) -> int:
    return session.scalar(select(func.count(DebtLine.id)).where(DebtLine.debtor_id == debtor_id)) or 0


def debt_rows(session: Session, debtor_id: int, page: ListPage) -> Sequence[DebtRow]:
    """One page of somebody's rows, the newest first."""
    query = (
        select(DebtLine, Order.code, PaymentRequest.amount, PaymentRequest.received, _UNDO.id)
        .outerjoin(Order, Order.id == DebtLine.order_id)
        .outerjoin(PaymentRequest, PaymentRequest.order_id == DebtLine.order_id)
        .outerjoin(_UNDO, _UNDO.undoes_id == DebtLine.id)
        .where(DebtLine.debtor_id == debtor_id)
        .order_by(DebtLine.id.desc())
        .limit(page.size)
        .offset(page.first)
    )
    return [
        DebtRow(
            line_id=line.id,
            kind=line.kind,
            amount=line.amount,
            text=line.text,
            at=line.at,
            order_code=code,
            left=Dong(0) if asked is None else remaining(asked, received),
            is_undone=undone is not None,
        )
        for line, code, asked, received, undone in session.execute(query)
    ]


def debt_at_hand_over(session: Session, order_id: int) -> Dong | None:
    """What an order lacked when its stall handed it over on credit; None where it did not."""
    return session.scalar(select(DebtLine.amount).where(DebtLine.order_id == order_id))


def facts_of_debt(owed: Dong) -> Facts:
    """What a page showed that pays a debt off."""
    return {"đang nợ": format_dong(owed)}
