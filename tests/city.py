"""A city out of a village: rows of every table, copied by SQL as often as asked, with all that hangs on them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Column, Connection, Enum, String, Table, TypeDecorator, UniqueConstraint, func, select, update
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession
from market.base.audit import Event
from market.base.db import Base, PhoneType, WholeNumber, db
from market.base.secrets import vault
from market.notices.models import Notice
from market.notices.rules import News
from market.orders.models import Order
from market.sellers.models import Stall
from market.values.money import Dong
from tests import factories as make
from tests.rows import count_on, keys_unlooked_at, numbers
from tests.web.base.villages import Village
from tests.web.base.world import plain_row

SMALL = frozenset({"category", "commune", "hamlet", "hamlet_neighbour", "old_place", "pickup_point", "dated_fact"})
"""What does not grow with what is sold."""
MACHINERY = frozenset(
    {"health_record", "task_lease", "worker_heartbeat", "search_term", "search_bigram", "search_delete"}
)
"""Keyed by words, or one for each key, task and process: no list of anything."""
NOT_PLAIN: dict[str, dict[str, object]] = {
    "bank_credit_check": {"amount": Dong(1), "transaction_key": "a-transaction"},
}
"""What a CHECK asks of a plain row."""
VARIED = {"visitor", "device", "family_phone"}
"""What hardly any two rows have in common, though no key says so."""
OWN = SMALL | {"person", "business", "stall", "bank_account", "bank_connection", "card_account"}
"""What stays one while a stall's own goods, orders and money grow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """The rows that are copied (`stride`: above every id of them), and how many copies there are by now."""

    stride: int
    copies: int = 0

    @classmethod
    def found(cls, session: Session, villages: Collection[Village], now: datetime) -> Self:
        """With at least one row of every table beside what the villages have."""
        for village in villages:
            _tell_of(session, village, now)
        models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
        for table in _tables():
            if session.scalar(select(table.c.id).limit(1)) is None:
                told = _pointing(session, table) | _sealed(table) | NOT_PLAIN.get(table.name, {})
                plain_row(session, models[table.name], now, **told)
        session.flush()
        session.execute(update(LoginSession).values(visitor="a-browser"))
        most = max(session.scalar(select(func.max(table.c.id))) or 0 for table in _tables())
        return cls(stride=most + 1)

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
        return City(stride=self.stride, copies=last)


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


def _keys(table: Table) -> list[list[Column[object]]]:
    """The columns of each unique key of all rows but the primary one; a copy that a key of some rows alone refuses is
    left out."""
    rules = [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    whole = [one for one in table.indexes if one.unique and one.dialect_options["sqlite"]["where"] is None]
    return rules + [list(index.columns) for index in whole]


def _points_at(column: Column[object]) -> str | None:
    """The table whose rows it numbers: what points at a parent's commune numbers communes."""
    seen = column
    while seen.foreign_keys and not seen.primary_key:
        seen = next(iter(seen.foreign_keys)).column
    return seen.table.name if seen is not column else None


def _told_apart(table: Table, copied: Collection[str]) -> set[str] | None:
    """The columns by whose change a copy keeps every unique key; None where a key has nothing but what is kept."""
    changed: set[str] = set()
    for key in _keys(table):
        if any(column.primary_key or _points_at(column) in copied for column in key):
            continue
        free = [column.name for column in key if _points_at(column) is None and _is_free(column)]
        if not free:
            return None
        changed.add(free[-1])
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
        if shifted or (column.name in changed and isinstance(column.type, WholeNumber)):
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
    with db.engine.connect() as connection:
        with keys_unlooked_at(connection):
            grown = city.grown(connection, copies, kept=kept)
        count_on(connection, _tables())
        _count_rows(connection)
        return grown


def _count_rows(connection: Connection) -> None:
    """How large tables are, which PostgreSQL writes down for good at once; what their columns hold is undone with the
    transaction: of copies it would say that all rows are alike. So would autovacuum, some time or other."""
    is_postgresql = connection.dialect.name == "postgresql"
    for table in Base.metadata.sorted_tables if is_postgresql else ():
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" SET (autovacuum_enabled = off)')
    for statement in ("BEGIN", "ANALYZE", "ROLLBACK") if is_postgresql else ("ANALYZE",):
        connection.exec_driver_sql(statement)
