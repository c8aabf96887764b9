"""What a move does when nobody else is there: which rows it locks, in which order, and which actions it runs."""

import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from cProfile import Profile
from dataclasses import dataclass, field
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects import postgresql

import market
from tests.nights import IS_NIGHT
from tests.races.harness import Aggregate, Stage, listening, outcome

NAME = "name"
"""Stands for `lock_name()`: what has no row yet."""
_SELECTED = re.compile(r'^SELECT\b.*?\bFROM "?(\w+).*\bFOR (?:NO KEY )?UPDATE', re.DOTALL)
_WRITTEN = re.compile(r'^(?:UPDATE|DELETE FROM) "?(\w+)')
_INSERTED = re.compile(r'^INSERT INTO "?(\w+)')
_LOCKS = {"locked", "locked_all", "lock_name", "hold_name_of", "with_for_update"}


@dataclass(slots=True)
class Taken:
    """The tables whose rows one transaction has locked or written, by their first time. What it has made itself nobody
    else can hold: a table it has inserted into counts only if it was locked before."""

    tables: list[str] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    blind: set[str] = field(default_factory=set)
    """Tables of which a row was written that was not locked before: on what it held nothing was decided."""

    def note(self, statement: str) -> None:
        for table in locked_by(statement):
            if _WRITTEN.match(statement) and table not in self.tables and table not in self.made:
                self.blind.add(table)
            if table not in self.tables and table not in self.made:
                self.tables.append(table)
        if inserted := _INSERTED.match(statement):
            self.made.add(inserted[1])


def locked_by(statement: str) -> list[str]:
    """The table whose rows this statement locks, where it locks any."""
    if "pg_advisory_xact_lock" in statement:
        return [NAME]
    inserted = _INSERTED.match(statement)
    if inserted and "DO UPDATE" in statement:
        return [inserted[1]]
    found = _SELECTED.match(statement) or _WRITTEN.match(statement)
    return [found[1]] if found else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A move of an aggregate on its own: how it ended, what each of its transactions took, which code ran (nightly)."""

    name: str
    outcome: str
    taken: Sequence[Taken]
    ran: frozenset[CodeType]


def record_moves(name: str, aggregate: Aggregate) -> Iterator[Recording]:
    with Stage(aggregate) as stage:
        for move_name, move in aggregate.moves.items():
            at, ran = stage.set(), set[CodeType]()
            with _recording_locks() as taken, _recording_code(ran):
                ended = outcome(move, at)
            yield Recording(name=f"{name}: {move_name}", outcome=ended, taken=taken, ran=frozenset(ran))
        stage.set()  # the next aggregate begins in the same database: what the last move did must not be in its way


@contextmanager
def _recording_locks() -> Iterator[list[Taken]]:
    taken: list[Taken] = []

    def begin(connection: Connection) -> None:
        connection.info[Taken] = Taken()
        taken.append(connection.info[Taken])

    def look(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if Taken in connection.info:
            connection.info[Taken].note(statement)

    with listening("begin", begin), listening("before_cursor_execute", look):
        yield taken


@contextmanager
def _recording_code(ran: set[CodeType]) -> Iterator[None]:
    """A profiler written in C: a function of our own, called at every call and return, takes several times as long.
    By day nobody asks."""
    if not IS_NIGHT:
        yield
        return
    profile = Profile(builtins=False)
    with profile:
        yield
    ran.update(entry.code for entry in profile.getstats() if isinstance(entry.code, CodeType))


# --- the actions that lock, from the sources ------------------------------------------------------------------------


def locking_actions() -> Mapping[str, FunctionType]:
    """The public functions of every slice's actions that lock rows, themselves or through what they call there."""
    functions = {of.__code__: of for module in _action_modules() for of in _functions(module)}
    locking = {code for code, of in functions.items() if _LOCKS & _names(code) or _has_locking_statement(of)}
    known = 0
    while known != len(locking):
        known = len(locking)
        locking |= {code for code, of in functions.items() if _called(of) & locking}
    public = [functions[code] for code in locking if not functions[code].__name__.startswith("_")]
    return {f"{of.__module__.removeprefix('market.')}.{of.__name__}": of for of in public}


def _action_modules() -> Iterator[object]:
    for found in pkgutil.walk_packages(market.__path__, "market."):
        steps = found.name.split(".")
        if len(steps) > 2 and steps[2] == "actions" and steps[1] != "seeding":
            yield import_module(found.name)


def _functions(module: object) -> Iterator[FunctionType]:
    for _, of in inspect.getmembers(module, inspect.isfunction):
        if of.__module__ == getattr(module, "__name__", None):
            yield of


def _names(code: CodeType) -> set[str]:
    """Every name a function's code uses, what is defined inside it included."""
    inner = [_names(one) for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*inner)


def _called(of: FunctionType) -> set[CodeType]:
    used = (of.__globals__.get(name) for name in _names(of.__code__))
    return {one.__code__ for one in used if isinstance(one, FunctionType)}


def _has_locking_statement(of: FunctionType) -> bool:
    """Whether it runs a statement that was built once and asks for locks."""
    used = (of.__globals__.get(name) for name in _names(of.__code__))
    statements = (str(one.compile(dialect=postgresql.dialect())) for one in used if isinstance(one, Select))
    return any(" FOR " in statement for statement in statements)
