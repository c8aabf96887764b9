"""The database: base class, column types, the request's reading session and the one way to write."""

import enum
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Generic, TypeAlias, TypeVar, cast

from flask import has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    BindParameter,
    CheckConstraint,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    event,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, MappedColumn, Session, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from market.base.errors import Conflict, NotFound
from market.base.row_query import RowQuery
from market.values.money import Dong
from market.values.phone import Phone
from market.values.taxid import TaxId

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment: refuses naive values, stores UTC, returns aware UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """SQLite gives text without a zone: one call for each of the thousands that pages read, not four."""
        return _moment_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


Moment: TypeAlias = datetime | BindParameter[datetime]

NOW: BindParameter[datetime] = bindparam("now", type_=UtcTime())
"""For statements that are built once, as building one costs more than running it: execute them with `{"now": now}`."""


class WholeNumber(TypeDecorator[int]):
    """A 64-bit whole number; its column carries a CHECK, because SQLite would let 1.5 in."""

    impl = BigInteger
    cache_ok = True


class DongType(WholeNumber):
    """Money in whole đồng."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], Dong | None]:
        """Both databases give whole numbers: one call for each of the thousands that pages read, not three."""
        return Dong.stored


class _TextValue(TypeDecorator[str]):
    """A value type that is stored as its text."""

    impl = Text
    cache_ok = True
    value_type: type[str] = str

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.value_type(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.value_type(value)


class PhoneType(_TextValue):
    """A phone number in E.164."""

    cache_ok = True
    value_type = Phone

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value if isinstance(value, Phone) else Phone(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Phone | None:
        return None if value is None else Phone.stored(value)


class TaxIdType(_TextValue):
    """A tax code in one of its three shapes."""

    cache_ok = True
    value_type = TaxId


def _values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


AnyColumn: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
AnyParameter: TypeAlias = BindParameter[Any]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""Of statements whose columns are named by those who ask."""


class Base(DeclarativeBase):
    """Every table of the product."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            str: Text(),
            int: WholeNumber(),
            datetime: UtcTime(),
            Dong: DongType(),
            Phone: PhoneType(),
            TaxId: TaxIdType(),
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                create_constraint=True,
                values_callable=_values,
                length=32,
                validate_strings=True,
            ),
        },
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = cast(Table, cls.__table__)
        for column in table.columns:
            if isinstance(column.type, WholeNumber) and not column.foreign_keys:
                rule = f"{column.name} = CAST({column.name} AS BIGINT)"
                table.append_constraint(CheckConstraint(rule, name=f"{column.name}_whole"))


Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
"""A row's own number: counts up by itself on both databases."""
Ref = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"))]
"""The number of a row that a foreign key of the whole table points to (`of_same_commune`), in the type of an `Id`."""


def of_same_commune(parent: str, column: str | None = None) -> ForeignKeyConstraint:
    """A foreign key to a row of the same commune, from `column` (`parent` and "_id" where it is not named): a row under
    another commune than its parent's is refused.

    It stands in the place of the plain foreign key, so that it costs an INSERT nothing more.
    """
    return ForeignKeyConstraint([column or f"{parent}_id", "commune_id"], [f"{parent}.id", f"{parent}.commune_id"])


def communes_of(parent: str, column: str | None = None) -> MappedColumn[int]:
    """The column of the commune of a row that has a parent (`of_same_commune`): an INSERT that does not say it takes
    the parent's, at the price of a statement. What many wait on says it."""

    def ask(context: DefaultExecutionContext) -> int | None:
        table = Base.metadata.tables[parent]
        row = cast(dict[str, Any], cast(Any, context).get_current_parameters())
        parent_id = row[column or f"{parent}_id"]
        return context.root_connection.scalar(select(table.c.commune_id).where(table.c.id == parent_id))

    return mapped_column(default=ask)


def parent_by_commune(table: str) -> Index:
    """What `of_same_commune` needs in the table that it points to."""
    return Index(f"uq_{table}_id_commune_id", "id", "commune_id", unique=True)


db = SQLAlchemy(
    model_class=Base,
    engine_options={"isolation_level": "AUTOCOMMIT"},
    session_options={"expire_on_commit": False},
)

MAPPED_BYTES = 1 << 30
"""As much of SQLite's file is read as memory where much of it is (`reading_widely`)."""
MAPPED_SECONDS = 60.0
MAPPED = "choso_mapped"
"""Under this name a connection's `info` keeps since when it reads its file so."""
WRITTEN_ALREADY = "Việc này vừa được ghi ở nơi khác, chưa ghi thêm gì. Mời tải lại trang để xem."


@event.listens_for(Engine, "connect")
def _set_pragmas(connection: object, record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "cache_size=-4000"):
        connection.execute(f"PRAGMA {pragma}")
    _, _, path = connection.execute("PRAGMA database_list").fetchone()
    record.info[FILE] = which_file(path) if path else None


FILE = "choso_file"
"""Under this name a connection's `info` keeps which file it has open; None where the database is no file."""


def which_file(path: str) -> tuple[int, int]:
    """What tells a file from another one of its name; OSError where there is none."""
    found = Path(path).stat()
    return found.st_dev, found.st_ino


def reading() -> Session:
    """The request's reading session: each statement sees the newest rows and holds no lock. Nothing is written here."""
    return db.session()


@contextmanager
def reading_rows() -> Iterator[Connection]:
    """A connection in autocommit, as `reading()` has one, for a page that reads rows alone: to open a session and to
    close it costs half as much again as a small statement. Nothing is written here, and nothing else read meanwhile."""
    end_reading()
    with db.engine.connect() as connection:
        yield connection


def reading_widely() -> None:
    """For a page that looks up rows all over the database: SQLite then finds the pages of its file in memory that the
    system shares with it, where it else copies each by a call of its own, which is half of such a page's work. Given
    back a minute later, because what is mapped counts as the process's own: to map it anew for each page of an
    officer's sitting takes what it saves. Nothing else than usual on PostgreSQL."""
    pooled = reading().connection().connection
    if isinstance(pooled.driver_connection, sqlite3.Connection):
        if MAPPED not in pooled.info:
            pooled.driver_connection.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
        pooled.info[MAPPED] = monotonic()


@event.listens_for(Engine, "checkout")
def _give_back_mapped(connection: object, record: ConnectionPoolEntry, _held: object) -> None:
    since = record.info.get(MAPPED)
    if since is not None and monotonic() - since > MAPPED_SECONDS:
        cast(sqlite3.Connection, connection).execute("PRAGMA mmap_size=0")
        del record.info[MAPPED]


def end_reading() -> None:
    """Give the reading session's connection back, what it has loaded kept; another one is taken when it reads again.

    Were each request to hold one and want a second, or keep one while it waits for another machine, as many requests as
    the pool has connections would stop all others.
    """
    if has_app_context() and db.session.registry.has():
        db.session.commit()


def leave_database() -> None:
    """Before a call to another machine: end the reading. RuntimeError inside a transaction, whose locks and connection
    would be held for as long as that machine likes."""
    if _writing.get():
        raise RuntimeError("another machine is called inside a transaction")
    end_reading()


_BEGIN = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED"}
"""Said outright: to take a connection out of autocommit and to put it back costs as much as a statement."""
_writing = ContextVar("writing", default=False)


@contextmanager
def _is_writing() -> Iterator[None]:
    before = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(before)


@contextmanager
def transaction() -> Iterator[Session]:
    """A short writing session of its own: commits at the end, rolls back on any exception.

    Begins IMMEDIATE on SQLite, so that it never reads first and finds itself locked out of writing, and
    READ COMMITTED on PostgreSQL. Ids cross into it, loaded rows do not. Slow work stays outside, and a
    call to another machine must (`leave_database`).

    A broken unique constraint means that another transaction wrote the same thing first: Conflict. Any other broken
    constraint, a primary key's too, is a fault of the program or of the database and stays an IntegrityError.
    """
    end_reading()
    with db.engine.connect() as connection, _is_writing():
        connection.exec_driver_sql(_BEGIN[connection.dialect.name])
        with Session(bind=connection, expire_on_commit=False) as session:
            try:
                yield session
                session.flush()
                _end(session)
            except BaseException as error:
                connection.rollback()
                if isinstance(error, IntegrityError) and is_unique_violation(error):
                    raise Conflict("written_already", WRITTEN_ALREADY) from error
                raise
            connection.commit()


ENDING = "choso_ending"
"""Under this name a writing session's `info` keeps what is still to be done before it commits."""


def at_end(session: Session, name: str, do: Callable[[Session], None]) -> None:
    """Have something done once before the transaction commits, under a name: what follows from all that was written,
    and takes its locks behind all others. In a session that is not `transaction()`'s it is not done."""
    session.info.setdefault(ENDING, {})[name] = do


def _end(session: Session) -> None:
    """Until nothing more follows from what was done."""
    while ending := session.info.pop(ENDING, None):
        for do in ending.values():
            do(session)
        session.flush()


def is_unique_violation(error: IntegrityError) -> bool:
    """Whether a row with the same unique key is there already (PostgreSQL 23505, SQLite's extended result codes).

    A primary key is none: a row's own number is given by the database, so that a clash is a counter left behind, not
    another person who was first; and what is keyed by a word is written by `insert_once` or an upsert.
    """
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorname == "SQLITE_CONSTRAINT_UNIQUE"
    found = getattr(error.orig, "diag", None)
    return found is not None and found.sqlstate == "23505" and not str(found.constraint_name).startswith("pk_")


M = TypeVar("M", bound=Base)


@dataclass(frozen=True, slots=True)
class Locked(Generic[M]):
    """A row that was read under its lock: nobody else changes it until this transaction ends.

    Only `locked()` and `locked_all()` make one; what decides or moves asks for this type, so that mypy refuses a row
    that was read without a lock.
    """

    row: M


def locked(session: Session, model: type[M], *scope: ColumnElement[bool], missing: str | None = None) -> Locked[M]:
    """The one row of this scope, locked until the transaction ends and read anew; NotFound (saying `missing`) for none.

    Every fact that a decision rests on, and the time it is taken at, is read after this. PostgreSQL waits here for the
    other transaction (FOR NO KEY UPDATE, so that rows that only point at this one are not held up); SQLite already
    serialises writers. `scope` names columns of the model itself: what a subquery asks is of the moment
    before the wait. Nothing is loaded beside the row for the same reason; relations load when they are asked.
    """
    found = locked_all(session, model, *scope)
    if len(found) != 1:
        raise NotFound(missing) if missing else NotFound()
    return found[0]


def locked_all(session: Session, model: type[M], *scope: ColumnElement[bool]) -> list[Locked[M]]:
    """Every row of this scope, locked one after the other in the order of their keys, and read anew."""
    keys = cast(Table, model.__table__).primary_key.columns
    query = _for_update(select(model).where(*scope).order_by(*keys), model)
    return [Locked(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def _for_update(query: Select[M], model: type[M]) -> Select[M]:
    """Apart, so that race tests can take the lock away and see that it is missed."""
    return query.with_for_update(of=model, key_share=True)


def lock_name(session: Session, *name: object) -> None:
    """Lock what has no row yet (a phone that signs up, the tries at a code) until the transaction ends.

    Taken before any row. Two names that share a 64-bit hash merely wait for one another.
    """
    lock_names(session, [name])


def hold_name_of(session: Session, holding: RowQuery[str], values: Mapping[str, object]) -> None:
    """Hold the name of what a statement numbers (`name_of`), as `lock_name(session, name, number)` locks it, together
    with all who only hold it: who locks it waits for all of them, and they for it. For what many rest on and hardly
    anybody changes."""
    if session.get_bind().dialect.name == "postgresql":
        holding.rows(session.connection(), values)


def name_of(name: str, number: Select[int]) -> RowQuery[str]:
    """What holds the name of what a statement numbers: made into SQL once, as a bank's notices ask it all day."""
    spelled = literal(f"{name}|", Text()) + number.scalar_subquery().cast(Text)
    return RowQuery(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(spelled, 0))))


def lock_names(
    session: Session, names: Iterable[tuple[object, ...]], *, held: Iterable[tuple[object, ...]] = ()
) -> None:
    """Lock several at once, as `lock_name` does, by the order of their spelling; `held` before, as `hold_name_of`."""
    if session.get_bind().dialect.name == "postgresql":
        shared, own = _spelled(held), _spelled(names)
        parameters = {f"name{at}": name for at, name in enumerate([*shared, *own])}
        session.connection().execute(_locking(len(shared), len(own)), parameters)


def _spelled(names: Iterable[tuple[object, ...]]) -> list[str]:
    return sorted("|".join(map(str, name)) for name in names)


@lru_cache(maxsize=64)
def _locking(shared: int, own: int) -> Select[*tuple[Any, ...]]:
    """Built once for each number of names: building a statement costs as much as running it."""
    names = [func.hashtextextended(bindparam(f"name{at}", type_=Text()), 0) for at in range(shared + own)]
    holding = map(func.pg_advisory_xact_lock_shared, names[:shared])
    return select(*holding, *map(func.pg_advisory_xact_lock, names[shared:]))


def said(value: enum.Enum) -> ColumnElement[Any]:
    """A value that is written into the statement: an index of some rows alone is used only where the statement says
    which rows it asks for, and for a bound one SQLite plans the whole statement anew each time that it runs."""
    return literal_column(f"'{value.value}'")


Upsert = sqlite.Insert | postgresql.Insert


def insert_once(session: Session, table: type[Base]) -> Upsert:
    """An INSERT that leaves a row alone whose unique key is already there, on the database in use."""
    return _insert_once(table, session.get_bind().dialect.name)


@lru_cache(maxsize=64)
def _insert_once(table: type[Base], dialect: str) -> Upsert:
    """Built once for each table: building a statement costs as much as running it."""
    return _insert(table, dialect).on_conflict_do_nothing(index_elements=_only_key(cast(Table, table.__table__)))


def upsert(session: Session, table: type[Base]) -> Upsert:
    """An INSERT of the database in use, to be told what becomes of a row that is there (`on_conflict_do_update`)."""
    return _insert(table, session.get_bind().dialect.name)


def _insert(table: type[Base], dialect: str) -> Upsert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _only_key(table: Table) -> list[str] | None:
    """The columns of the one unique key of a table, so that a clash of ids is not passed over; None, which stands for
    any key, where it has several, or but its primary key."""
    keys = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    several = len(keys) != 1 or any(index.unique and "id" not in index.columns for index in table.indexes)
    return None if several else [column.name for column in keys[0].columns]
