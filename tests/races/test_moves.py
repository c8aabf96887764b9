"""Nothing that locks is left out of the races, and every move takes its locks in the order of docs/locks.md."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise, product

import pytest
from flask import Flask
from sqlalchemy import select

from market.base.db import locked
from market.catalog.models import Product, Variant
from tests.architecture.sources import ROOT
from tests.cast import Cast
from tests.nights import IS_NIGHT
from tests.races.aggregates import AGGREGATES, DRAWN_BY_DAY, ONE_PAIR_BY_DAY
from tests.races.harness import Aggregate, writing
from tests.races.recording import Recording, Taken, locked_by, locking_actions, record_moves

WANTED = {
    "orders",
    "payment requests",
    "bank credits",
    "card payments",
    "listings",
    "claims",
    "verifications",
    "posts",
    "mandates",
    "bank accounts",
    "lots",
    "stamps",
    "sign-in codes",
    "carts",
}
"""What must be raced, whatever else is."""
WHOLE = {
    "orders",
    "payment requests",
    "bank credits",
    "carts",
}
"""Of these every pair by day as well; of the others a share."""
NOT_RACED: dict[str, str] = {}
"""Actions that lock and are no move of any aggregate, each with the reason."""

BLIND = {
    "variant": ("",),
    "reservation": ("",),
    "search_delete": ("",),
    "login_session": (
        "sign-in codes: change",
        "sign-in codes: reset",
        "sign-in codes: see",
        "second factors: confirm",
        "ways back in: make",
    ),
    "one_time_code": ("mandates: make a code",),
    "password_reset": ("ways back in: show",),
    "bank_connection": ("bank credits: ",),
    "push_subscription": ("pushed browsers: gone", "pushed browsers: carried"),
}
"""What is changed by one statement that asks for itself whether it may, by the moves whose names begin so."""

_recorded: list[Recording] = []


@pytest.fixture
def recorded(app: Flask, cast: Cast) -> Sequence[Recording]:
    """Every move of every aggregate (by day of those that must be raced) on its own, recorded once for all tests of
    this file."""
    if not _recorded:
        for name in AGGREGATES if IS_NIGHT else sorted(WANTED):
            _recorded.extend(record_moves(name, AGGREGATES[name](cast)))
    return _recorded


def documented() -> tuple[Mapping[str, int], Mapping[str, str]]:
    """The step of each table in docs/locks.md, and the tables that change under another one's lock."""
    text = (ROOT / "docs" / "locks.md").read_text("utf-8")
    steps = re.findall(r"^\| (\d+) \| ([^|]*) \|", text, re.MULTILINE)
    parents = dict(re.findall(r"a `(\w+)` under\s+its `(\w+)`", text))
    return {table: int(step) for step, tables in steps for table in re.findall(r"`(\w+)`", tables)}, parents


def out_of_order(taken: Taken, steps: Mapping[str, int], parents: Mapping[str, str]) -> list[str]:
    """What a transaction took too late, without its parent, or where the document does not know it."""
    own = [table for table in taken.tables if table not in parents]
    orphans = [table for table in taken.tables if table in parents and _is_orphan(table, taken, parents)]
    unknown = [table for table in own if table not in steps]
    late = [b for a, b in pairwise(own) if a in steps and b in steps and steps[a] >= steps[b]]
    return [*orphans, *unknown, *late]


def _is_orphan(table: str, taken: Taken, parents: Mapping[str, str]) -> bool:
    before = taken.tables[: taken.tables.index(table)]
    return parents[table] not in before and parents[table] not in taken.made


def test_every_aggregate_that_must_be_raced_is(app: Flask, cast: Cast) -> None:
    assert WANTED - AGGREGATES.keys() == set()
    raced = {name: aggregate(cast) for name, aggregate in AGGREGATES.items()}
    assert [name for name, one in raced.items() if len(one.moves) < 2 or not one.tables] == []
    assert WHOLE <= WANTED - DRAWN_BY_DAY
    assert ONE_PAIR_BY_DAY <= DRAWN_BY_DAY - WANTED
    for one in raced.values():
        assert {frozenset(pair) for pair in one.pairs} == {frozenset(pair) for pair in product(one.moves, repeat=2)}


def test_every_move_locks_what_it_changes_in_the_documented_order(recorded: Sequence[Recording]) -> None:
    """The first to ask what was recorded: of the tests that share it, coverage sees this one's moves alone."""
    steps, parents = documented()
    wrong = [(one.name, taken.tables) for one in recorded for taken in one.taken if out_of_order(taken, steps, parents)]
    assert wrong == []
    blind = {(table, one.name) for one in recorded for taken in one.taken for table in taken.blind - parents.keys()}
    assert {(table, move) for table, move in blind if not move.startswith(BLIND.get(table, ()))} == set()


@pytest.mark.nightly  # runs every move once; by day a share of them is raced
def test_every_action_that_locks_is_a_move_of_some_aggregate(recorded: Sequence[Recording]) -> None:
    """What ran in a move that was done counts: a move that was refused has not tried what it is there for."""
    ran = frozenset().union(*(one.ran for one in recorded if one.outcome == "done"))
    left_out = {name for name, action in locking_actions().items() if action.__code__ not in ran}
    assert left_out == NOT_RACED.keys()


@pytest.mark.nightly  # runs every move once; by day a share of them is raced
def test_every_step_of_the_document_is_taken_by_some_move(recorded: Sequence[Recording]) -> None:
    steps, parents = documented()
    taken = {table for one in recorded for of in one.taken for table in of.tables}
    assert taken == steps.keys() | parents.keys()
    assert sorted(set(steps.values())) == list(range(1, max(steps.values()) + 1))


def test_locks_taken_the_other_way_round_are_seen(app: Flask, cast: Cast) -> None:
    def backwards(session: object, at: int) -> None:
        variant = locked(session, Variant, Variant.id == at)  # type: ignore[arg-type]
        locked(session, Product, Product.id == variant.row.product_id)  # type: ignore[arg-type]

    moves = {"backwards": writing(backwards)}
    aggregate = Aggregate(start=lambda: cast.ruoi, moves=moves, picture=lambda *_: None, tables=["variant"])
    ((taken,),) = [[of for of in one.taken if of.tables] for one in record_moves("goods", aggregate)]
    assert taken.tables == ["variant", "product"]
    assert out_of_order(taken, *documented()) == ["product"]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ('SELECT "order".id FROM "order" WHERE "order".id = 1 FOR NO KEY UPDATE OF "order"', ["order"]),
        ("SELECT reservation.id \nFROM reservation ORDER BY reservation.id FOR UPDATE", ["reservation"]),
        ('UPDATE "order" SET status=1', ["order"]),
        ("DELETE FROM cart_line WHERE cart_line.cart_id = 1", ["cart_line"]),
        ("INSERT INTO search_term (term, df) VALUES (1, 1) ON CONFLICT (term) DO UPDATE SET df = 2", ["search_term"]),
        ("INSERT INTO event (at) VALUES (1)", []),
        ("SELECT pg_advisory_xact_lock(hashtextextended('x', 0))", ["name"]),
        (str(select(Product.id)), []),
    ],
)
def test_what_a_statement_locks(statement: str, table: list[str]) -> None:
    assert locked_by(statement) == table
