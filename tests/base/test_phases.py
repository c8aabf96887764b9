"""Only a contract takes from an older program what it needs: the other phases leave it room to read and write."""

from collections.abc import Iterator
from pathlib import Path

from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from market.base.config import ROOT
from market.base.db import db
from market.base.revisions import CONTRACT
from market.base.schema import Part, Schema, schema_of
from tests.conftest import Clock
from tests.nights import IS_NIGHT
from tests.services import applications
from tests.services.databases import settings_of_dump
from tests.upgrades import dumps

ALLOWED = {
    "20261128_1620": "released before this was looked at: a payment request wants two amounts more. The contract 1641, "
    "which was released with it, keeps older programs away.",
    "20261129_1000": "its checks are of columns that are new with it: an older program leaves the defaults",
    "20261128_1630": "an older program works a line's total out in the same way: it writes none that this refuses",
    "20261129_1010": "an older program leaves empty what an officer did before deciding, and the rule lets that pass",
    "20261129_1440": "its check is of columns that are new with it: an older program leaves them empty",
    "20261129_1600": "what an older program writes was unique before, over more rows",
    "20261129_1610": "its checks are of columns that are new with it: an older program leaves them empty",
    "20261129_1640": "its check is of a column that is new with it: an older program leaves it empty",
    "20261129_1660": "its checks are of a column that is new with it: an older program leaves the default",
    "20261130_1800": "its index on the whole key is of ids, which are unique already",
    "20261130_1840": "its checks are of a column that is new with it: an older program leaves the default",
    "20261130_1860": "its check is of a column that is new with it: an older program leaves it empty",
    "20261130_1861": "its checks are of columns that are new with it: an older program leaves them empty",
    "20261130_1900": "its checks are of columns that are new with it: an older program leaves them empty",
    "20261130_1930": "what an order asks for may be nothing since: an older program asks for something",
    "20261130_1940": "its checks are of columns that are new with it, or let pass what an older program writes",
    "20261129_1100": "an older program that verifies a business twice is told that it was written already, and writes "
    "nothing",
}


def hindering(before: Schema, after: Schema) -> Iterator[str]:
    """What a program of the schema before cannot do any more over the one after."""
    names = {names_of(part) for part in before}
    tables = {part.table for part in before}
    there = {names_of(part) for part in after}
    yield from (f"gone: {part}" for part in before if part.kind == "column" and names_of(part) not in there)
    for part in after:
        if part.table in tables and names_of(part) not in names and is_demanding(part):
            yield f"asked for: {part}"


def names_of(part: Part) -> tuple[str, str, str]:
    return part.kind, part.table, part.name


def is_demanding(part: Part) -> bool:
    said = part.definition
    return (
        (part.kind == "column" and "not null" in said and "default" not in said)
        or (part.kind == "constraint" and ("check(" in said or "unique" in said))
        or (part.kind == "index" and "unique" in said)
    )


def test_an_older_program_is_left_what_it_needs_but_by_contracts(tmp_path: Path, now: Clock) -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    phases = {one.revision: getattr(one.module, "phase", None) for one in scripts.walk_revisions()}
    released = dumps.heads()[-1]  # what leads there never changes: by day what comes after it is looked at
    steps = list(reversed(phases))
    steps = steps if IS_NIGHT else steps[steps.index(released) :]
    hindered, before = dict[str, list[str]](), list[Part]()
    url = f"sqlite:///{tmp_path / 'steps.db'}"
    if not IS_NIGHT:
        dumps.load_sqlite(dumps.dump_of(released, "sqlite"), tmp_path / "steps.db")
    with applications.new(settings_of_dump(url, tmp_path)).app_context():
        for revision in steps:
            upgrade(revision=revision)
            with db.engine.connect() as connection:
                after = schema_of(connection)
            if phases[revision] != CONTRACT and (found := list(hindering(before, after))):
                hindered[revision] = found
            before = after
        db.engine.dispose()
    assert hindered.keys() == ALLOWED.keys() & set(steps), hindered


def test_what_hinders_an_older_program_is_seen() -> None:
    def column(name: str, definition: str) -> Part:
        return Part(kind="column", table="product", name=name, definition=definition)

    rule = Part(kind="constraint", table="product", name="ck", definition="constraint ck check(price > 0)")
    before = [column("id", "id integer not null"), column("note", "note text")]
    after = [
        before[0],
        column("a", "a text not null"),
        column("b", "b text not null default ''"),
        column("c", "c text"),
    ]
    assert [line.partition(":")[0] for line in hindering(before, [*after, rule])] == ["gone", *["asked for"] * 2]
