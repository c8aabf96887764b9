"""A city out of a village: rows of every table, copied by SQL as often as asked, with all that hangs on them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Column, Connection, Enum, String, Table, TypeDecorator, UniqueConstraint, func, select, update
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession
from market.base.audit import Event
from market.base.db import Base, PhoneType, WholeNumber, db
from market.base.secrets import vault
from market.catalog.actions.photos import MOST_PHOTOS
from market.catalog.actions.variants import MOST_VARIANTS
from market.feedback.rules import tickets
from market.notices.models import Notice
from market.notices.rules import News
from market.orders.models import Order, OrderLine, Purchase
from market.orders.rules import MOST_LINES, OrderStatus
from market.orders.rules.complaints import MOST_PICTURES, MOST_STEPS
from market.payments.models import PaymentRequest
from market.sellers.models import Business, BusinessProposal, Certificate, ClaimState, Stall, Verification
from market.values.codes import new_order_code, new_purchase_code
from market.values.money import Dong
from market.values.period import local_day
from tests import factories as make
from tests.rows import count_on, keys_unlooked_at, numbers
from tests.web.base.villages import Village
from tests.web.base.world import plain_row

SMALL = frozenset(
    {
        *("category", "commune", "hamlet", "hamlet_neighbour", "old_place", "dated_fact"),
        *("pickup_point", "point_window", "point_closure"),
    }
)
"""What does not grow with what is sold."""
MACHINERY = frozenset(
    {"health_record", "task_lease", "worker_heartbeat", "search_term", "search_bigram", "search_delete"}
)
"""Keyed by words, or one for each key, task and process: no list of anything."""
NOT_PLAIN: dict[str, dict[str, object]] = {
    "bank_credit_check": {"amount": Dong(1), "transaction_key": "a-transaction"},
    "card_refund": {"gateway_id": "re_1"},
    "locked_business": {"evidence": 2},
    "point_window": {"begins": 960, "ends": 1080},
    "push_subscription": {"purchase_id": 1},
}
"""What a CHECK asks of a plain row."""
VARIED = {"visitor", "device", "family_phone"}
"""What hardly any two rows have in common, though no key says so."""
OWN = SMALL | {"person", "business", "stall", "bank_account", "bank_connection", "card_account"}
"""What stays one while a stall's own goods, orders and money grow."""


QUOTAS = {
    "photo": MOST_PHOTOS,
    "proposed_photo": MOST_PHOTOS,
    "variant": MOST_VARIANTS,
    "order_line": MOST_LINES,
    "cart_line": MOST_LINES,
    "complaint_line": MOST_LINES,
    "complaint_photo": MOST_PICTURES,
    "complaint_step": MOST_STEPS,
    "desk_seat": tickets.MOST_SEATS,
    "ticket_contact": 1,
    "ticket_photo": tickets.MOST_PICTURES,
    "ticket_step": tickets.MOST_STEPS,
}
"""What a rule, asked under the lock of what it hangs on, lets be no more of: it is that many from the first on."""
APART = {"order": {"purchase_id"}}
"""A purchase has one order of a stall, and no more than a cart has lines: each copy of an order is of a purchase of its
own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """The rows that are copied (`stride`: above every id of them), how many copies there are by now, and how many of
    them hang on one thing (`crowds`)."""

    stride: int
    copies: int = 0
    crowds: int = 0

    @classmethod
    def found(cls, session: Session, villages: Collection[Village], now: datetime, *, is_busy: bool = False) -> Self:
        """With at least one row of every table beside what the villages have; a busy one with what lasts but a while
        too, and with what is over."""
        for village in villages:
            _tell_of(session, village, now)
            if is_busy:
                _be_busy(session, village, now)
        models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
        for table in _tables():
            if session.scalar(select(table.c.id).limit(1)) is None:
                told = _pointing(session, table) | _sealed(table) | NOT_PLAIN.get(table.name, {})
                plain_row(session, models[table.name], now, **told)
        session.flush()
        session.execute(update(LoginSession).values(visitor="a-browser"))
        return cls.of(session)

    @classmethod
    def of(cls, session: Session) -> Self:
        """Of the rows that are there."""
        return cls(stride=1 + max(session.scalar(select(func.max(table.c.id))) or 0 for table in _tables()))

    def grown(self, connection: Connection, copies: int, *, kept: Collection[str]) -> "City":
        """With so many more copies of the first rows; tables that are kept are not copied, and copies point at the rows
        that the first ones point at."""
        copied: set[str] = set()
        first, last = self.copies + 1, self.copies + copies
        for table in _tables():
            changed = _told_apart(table, copied | {table.name})
            if table.name not in kept and changed is not None:
                copied.add(table.name)
                _copy(connection, table, copied, changed, (self.stride, first, last))
        return replace(self, copies=last)

    def crowded(self, connection: Connection, copies: int, *, kept: Collection[str]) -> "City":
        """With so many more of everything that hangs on one thing: each copy points at what the first row points at.
        What a key allows once for each of two things (a business's member) is copied for many of the one, then of the
        other; what a key of some rows allows once (what is in force), for as many things."""
        first, last = self.copies + 1, self.copies + copies
        for turn in (0, 1):
            for table in _tables():
                changed = None if table.name in kept else _told_apart(table, {table.name}, turn=turn)
                quota = QUOTAS.get(table.name)
                if changed is None or (quota and (turn or self.crowds)):
                    continue
                end = first + quota - 2 if quota else last
                others = changed | APART.get(table.name, set())
                _copy(connection, table, {table.name}, others, (self.stride, first, end))
            first, last = last + 1, last + copies
        return replace(self, copies=first - 1, crowds=self.crowds + copies)


def _tables() -> Iterator[Table]:
    """Those that count up, what is pointed at first."""
    return (table for table in Base.metadata.sorted_tables if table.name not in MACHINERY and "id" in table.columns)


def _tell_of(session: Session, village: Village, now: datetime) -> None:
    """An order's notice, the office's answer, an event and what no page of the village needs."""
    stall = session.scalars(select(Stall).where(Stall.commune_id == village.commune)).one()
    hamlet = stall.business.hamlet
    beside = make.make_hamlet(session, stall.commune, f"{hamlet.name} Ngoài")
    make.make_neighbours(session, hamlet, beside)
    order = session.scalars(select(Order).where(Order.stall_id == stall.id)).first()
    assert order is not None
    about = {"commune_id": village.commune, "business_id": stall.business_id, "actor_id": village.owner}
    subject = {"verb": "order.accepted", "subject": "order", "subject_id": order.id}
    plain_row(session, Event, now, **about, **subject)
    for kind in (next(iter(News)).value, "order_new"):
        whose = {"commune_id": village.commune, "kind": kind}
        plain_row(session, Notice, now, **whose, business_id=stall.business_id, order_id=order.id)
        plain_row(session, Notice, now, **whose, person_id=village.buyer, purchase_id=order.purchase_id)


def _be_busy(session: Session, village: Village, now: datetime) -> None:
    stall = session.scalars(select(Stall).where(Stall.commune_id == village.commune)).one()
    _leave_open(session, session.scalars(select(Order).where(Order.stall_id == stall.id)).first(), now)
    _keep(session, village, stall.business_id, now)


def _leave_open(session: Session, order: Order, now: datetime) -> None:
    """Of the buyer's other orders one waits for its stall, one is being packed, one can be fetched."""
    for status in (OrderStatus.PLACED, OrderStatus.ACCEPTED, OrderStatus.READY):
        purchase = plain_row(session, Purchase, now, **_said(order.purchase, code=new_purchase_code()))
        ends = {"due_at": None if status is OrderStatus.READY else now + timedelta(days=2)}
        done = {"completed_at": None, "completed_on": None, "ready_at": now if status is OrderStatus.READY else None}
        other = {"code": new_order_code("HT"), "purchase_id": purchase.id, "status": status}
        row = plain_row(session, Order, now, **_said(order, **other, **ends, **done))
        for line in order.lines:
            plain_row(session, OrderLine, now, **_said(line, order_id=row.id))
        plain_row(session, PaymentRequest, now, order_id=row.id, stall_id=row.stall_id, amount=row.total)


def _keep(session: Session, village: Village, business_id: int, now: datetime) -> None:
    """What a page shows of it only while it lasts, or only when it is over: as the plain rows are not."""
    checked = {"checked_at": now, "checked_by": village.officer, "valid_from": local_day(now)}
    plain_row(session, Certificate, now, business_id=business_id, **checked)
    for person in (village.owner, village.buyer, village.helper, village.officer):
        stays = {"commune_id": village.commune, "person_id": person, "expires_at": now + timedelta(days=30)}
        plain_row(session, LoginSession, now, **stays)
    asked = {"commune_id": village.commune, "person_id": village.owner, "state": ClaimState.PENDING}
    hamlet = session.get_one(Business, business_id).hamlet_id
    plain_row(session, BusinessProposal, now, hamlet_id=hamlet, **asked)
    seen = session.scalars(select(Verification).where(Verification.business_id == business_id)).first()
    if seen is not None:
        plain_row(session, Verification, now, **_said(seen, ended_at=now, ended_reason="Đã thôi"))


def _said(row: Base, **changed: object) -> dict[str, object]:
    """What a row says, for another one like it but for what is changed."""
    own = {one.key: getattr(row, one.key) for one in row.__table__.columns if one.key not in {"id", "client_key"}}
    return own | changed


def _pointing(session: Session, table: Table) -> dict[str, object]:
    """What a row must point at: the first row there is."""
    columns = [column for column in table.columns if column.foreign_keys and not column.nullable]
    return {column.key: session.scalar(select(func.min(next(iter(column.foreign_keys)).column))) for column in columns}


def _sealed(table: Table) -> dict[str, object]:
    """What is kept encrypted must open."""
    return {
        column.key: vault().encrypt("{}")
        for column in table.columns
        if column.key.endswith("_cipher") and not column.nullable
    }


def _keys(table: Table, *, of_some: bool = False) -> list[list[Column[object]]]:
    """The columns of each unique key of all rows but the primary one; a copy that a key of some rows alone refuses is
    left out, unless those are asked for too."""
    rules = [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    indexes = [one for one in table.indexes if one.unique]
    whole = [one for one in indexes if of_some or one.dialect_options["sqlite"]["where"] is None]
    return rules + [list(index.columns) for index in whole]


def _points_at(column: Column[object]) -> str | None:
    """The table whose rows it numbers: what points at a parent's commune numbers communes."""
    seen = column
    while seen.foreign_keys and not seen.primary_key:
        seen = next(iter(seen.foreign_keys)).column
    return seen.table.name if seen is not column else None


def _told_apart(table: Table, copied: Collection[str], turn: int | None = None) -> set[str] | None:
    """The columns by whose change a copy keeps every unique key; None where a key has nothing but what is kept. In its
    `turn` another thing may be pointed at, that comes first or last in the key."""
    changed: set[str] = set()
    for key in _keys(table, of_some=bool(turn)):
        if any(column.primary_key or _points_at(column) in copied or column.name in changed for column in key):
            continue
        free = [column.name for column in key if _points_at(column) is None and _is_free(column)]
        others = [] if turn is None else [column.name for column in key if _points_at(column) not in {None, *SMALL}]
        if not (free or others):
            return None
        changed.add(free[-1] if free else others[-1 if turn == 0 else 0])
    return changed


def _is_free(column: Column[object]) -> bool:
    """Whether any text or number may stand there."""
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(column.type, WholeNumber) or (isinstance(kind, String) and not isinstance(kind, Enum))


def _copy(
    connection: Connection, table: Table, copied: Collection[str], changed: set[str], steps: tuple[int, int, int]
) -> None:
    stride, first, last = steps
    quoted = connection.dialect.identifier_preparer.quote
    values = []
    for column in table.columns:
        value = f"first.{quoted(column.name)}"
        shifted = column.primary_key or _points_at(column) in copied
        other = column.name in changed and (_points_at(column) is not None or isinstance(column.type, WholeNumber))
        if shifted or other:
            value = f"{value} + number.k * {stride}"
        elif isinstance(column.type, PhoneType):
            value = f"substr({value}, 1, 5) || ({1_000_000} + number.k)"
        elif column.name in changed | VARIED:
            value = f"{value} || '-' || number.k"
        values.append(value)
    columns = ", ".join(quoted(column.name) for column in table.columns)
    connection.exec_driver_sql(
        f"INSERT INTO {quoted(table.name)} ({columns}) "  # noqa: S608 - names of the models' own
        f"{numbers('k', first, last)} "
        f"SELECT {', '.join(values)} FROM {quoted(table.name)} AS first CROSS JOIN number "
        f"WHERE first.id < {stride} ON CONFLICT DO NOTHING"
    )


def settle(connection: Connection) -> None:
    """What a database does in time by itself: its statistics; and its counters go on after the last copy."""
    count_on(connection, _tables())
    connection.exec_driver_sql("ANALYZE")


def grow(city: City, copies: int, *, kept: Collection[str]) -> City:
    """In one transaction of its own, foreign keys unlooked at: copies point at copies."""
    with _filling() as connection:
        return city.grown(connection, copies, kept=kept)


def crowd(city: City, copies: int, *, kept: Collection[str] = SMALL) -> City:
    """As `grow`, but that copies point at what the first rows point at."""
    with _filling() as connection:
        return city.crowded(connection, copies, kept=kept)


@contextmanager
def _filling() -> Iterator[Connection]:
    with db.engine.connect() as connection:
        with keys_unlooked_at(connection):
            yield connection
        count_on(connection, _tables())
        _count_rows(connection)


def _count_rows(connection: Connection) -> None:
    """How large tables are, which PostgreSQL writes down for good at once; what their columns hold is undone with the
    transaction: of copies it would say that all rows are alike. So would autovacuum, some time or other."""
    is_postgresql = connection.dialect.name == "postgresql"
    for table in Base.metadata.sorted_tables if is_postgresql else ():
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" SET (autovacuum_enabled = off)')
    for statement in ("BEGIN", "ANALYZE", "ROLLBACK") if is_postgresql else ("ANALYZE",):
        connection.exec_driver_sql(statement)
