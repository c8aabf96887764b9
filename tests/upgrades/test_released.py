"""Every released database, with its rows, goes to the head of the migrations and is still the same market."""

import json
import lzma
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.adoption.queries import board_of, recounted, verify
from market.base import backup, secrets
from market.base.config import ROOT
from market.base.db import db
from market.base.migrations import migrate
from market.base.schema import Schema, schema_of
from market.places.queries import commune_ids
from market.values.period import local_day
from tests import factories as make
from tests.conftest import Clock
from tests.nights import IS_NIGHT
from tests.services import applications, postgres
from tests.services.databases import settings_of_dump
from tests.upgrades import dumps
from tests.upgrades.crawl import pages_seen
from tests.upgrades.make import answers, fill, fingerprint

TRIES = ("one_time_code.tries", "sign_in_attempt")
"""What one counter of tries took the place of; the tries of the last day are in it."""
CHANGED: dict[str, tuple[str, ...]] = {
    "20261128_1641": TRIES,
    "20261129_1050": ("one_time_code.used_at",),  # a helper's code lets nobody in any more
    "20261129_1111": ("attempt",),  # the failed ones are in `try_window`
    "20261129_1450": ("dated_fact",),  # the night in which no clock runs is a row more
    "20261129_1500": ("product.search_words",),  # each word of some fields stands once more
    "20261130_1861": ("dated_fact",),  # for how many days what is ready waits is a row more
    "20261130_1920": ("dated_fact",),  # how far off goods may weigh, and what deposits may be, are rows more
    "20261201_2010": ("dated_fact",),  # when a report leaves, and how many people lock and send it, are rows more
    "20261201_2050": ("dated_fact",),  # the clocks of tickets, the plan's numbers of stories and ideas, are rows more
    "20261201_2070": ("dated_fact",),  # when a hamlet is active is three rows more
    "20261129_1203": ("commune.mode",),  # who took orders had bank notices matched, which has a name now
}
"""What migrations changed on purpose: `table`, whose rows are others, or `table.column`."""
LOOKED_AT_SINCE = "20261129_1010"
"""Sales of before count once the job has looked at them, and where their buyers are known."""
LEDGER_SINCE = "20261201_2000"
"""Before, which sale speaks for a business was asked of the facts themselves, of which the dumps have some of a second
later than they are asked."""
OF_A_PROOF = ("order", "evidence", "completed_on")
ALL_IS_SEARCHED_SINCE = "20261129_1490"
"""Before, a search read names alone: what it found is found still, beside more, and in another order."""
OF_THE_REGISTER = ("as_of", "window", "base", "annex", "with_account", "opening", "added", "removed")

KINDS = ("sqlite", "postgresql")
PAST = [(revision, kind) for revision in dumps.heads() for kind in KINDS]
ENDS = [pytest.param(one, marks=() if one in (PAST[0], PAST[-1]) else pytest.mark.nightly) for one in PAST]
"""The oldest on one kind and the newest on the other every time, the others nightly: the oldest takes every
step that they take."""
OLDEST = [pytest.param(one, marks=() if one == PAST[0] else pytest.mark.nightly, id="-".join(one)) for one in PAST]
"""For what any of them shows: the oldest of one kind every time, the others nightly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """A released database at the head of the migrations; `before` and `rows` are what it held then and afterwards."""

    revision: str
    url: str
    app: Flask
    before: dumps.Rows
    rows: dumps.Rows

    @property
    def lost(self) -> list[str]:
        return lost(self.revision, self.before, self.rows)


@pytest.fixture(scope="module", params=ENDS, ids="-".join)
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """Upgraded once for all tests of this file: that is nearly all of what they take."""
    revision, kind = request.param
    folder = tmp_path_factory.mktemp("past")
    server: postgres.Databases | None = None
    if kind == "sqlite":
        url = dumps.load_sqlite(dumps.dump_of(revision, kind), folder / "past.db")
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create("past")
        dumps.load_postgres(lzma.decompress(dumps.dump_of(revision, kind).read_bytes()).decode(), url)
    before = rows_in(url)
    app = applications.new(settings_of_dump(url, folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    yield Upgraded(revision=revision, url=url, app=app, before=before, rows=rows_in(url))
    if server:
        server.drop("past")


@pytest.fixture
def market(upgraded: Upgraded, now: Clock) -> Iterator[Flask]:
    settings = upgraded.app.config["CHOSO"]
    secrets.configure(settings.data_keys.get_secret_value(), settings.secret)  # another test's application has its own
    with upgraded.app.app_context():
        yield upgraded.app
        db.session.remove()
        db.engine.dispose()


def rows_in(url: str) -> dumps.Rows:
    with dumps.opened(url) as connection:
        return dumps.rows_in(connection)


def lost(revision: str, before: dumps.Rows, later: dumps.Rows) -> list[str]:
    meant = [one for migration, changed in CHANGED.items() if migration > revision for one in changed]
    return [one for one in before.lost_in(later) if one not in meant and one.partition(".")[0] not in meant]


# --- the table of what is released ----------------------------------------------------------------------------------


def test_a_released_migration_is_as_it_was_when_it_was_released(app: Flask) -> None:
    scripts = ScriptDirectory.from_config(migrate.get_config())
    known = dumps.fingerprints()
    assert {revision: fingerprint(scripts, revision) for revision in known} == known


def test_everything_on_the_way_to_a_released_head_is_released(app: Flask) -> None:
    scripts = ScriptDirectory.from_config(migrate.get_config())
    on_the_way = {one.revision for head in dumps.heads() for one in scripts.iterate_revisions(head, "base")}
    assert on_the_way == set(dumps.fingerprints())


def test_every_dump_is_of_a_released_revision_and_each_has_one_of_both_kinds() -> None:
    there = {file.name for file in dumps.DATA.glob("*.xz")}
    wanted = {dumps.dump_of(revision, kind).name for revision, kind in PAST}
    assert there == wanted | {f"{revision}.answers.json.xz" for revision in dumps.heads()}
    assert all((dumps.DATA / name).stat().st_size < 300_000 for name in there)


@pytest.mark.nightly  # fills every table; dumps that are kept are read by day
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("quick_pictures")
def test_the_schema_of_today_can_be_kept_with_rows_in_every_table(app: Flask, database_url: str) -> None:
    fill(app)
    assert [name for name, count in rows_in(database_url).counts.items() if not count] == []


# --- to the head ----------------------------------------------------------------------------------------------------


def test_the_dump_holds_something_of_everything(upgraded: Upgraded) -> None:
    assert [name for name, count in upgraded.before.counts.items() if not count] == []
    assert upgraded.before.counts["order"] >= 200


@pytest.fixture
def head(upgraded: Upgraded, request: pytest.FixtureRequest) -> Schema:
    """The schema of a new database of the same kind."""
    if upgraded.url.startswith("sqlite"):
        url = f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    else:
        url = str(make_url(upgraded.url).set(database=request.getfixturevalue("postgres_template")))
    with dumps.opened(url) as connection:
        return schema_of(connection)


def test_an_upgrade_keeps_every_row_and_ends_where_a_new_database_begins(upgraded: Upgraded, head: Schema) -> None:
    with dumps.opened(upgraded.url) as connection:
        assert schema_of(connection) == head
    assert upgraded.lost == []


def test_searches_find_the_same_and_the_figures_are_the_same(upgraded: Upgraded, market: Flask) -> None:
    now, then = json.loads(json.dumps(answers(market))), dumps.answers_of(upgraded.revision)
    if upgraded.revision < LOOKED_AT_SINCE:
        now["kpi"], then["kpi"] = (
            [{key: one[key] for key in OF_THE_REGISTER} for one in said["kpi"]] for said in (now, then)
        )
    for since, before in zip(now["kpi"], then["kpi"], strict=True):
        for key in since.keys() - before.keys():
            del since[key]  # said beside the figures since
        if upgraded.revision < LEDGER_SINCE:
            for business in (*since.get("businesses", ()), *before.get("businesses", ())):
                for key in OF_A_PROOF:
                    del business[key]
    if upgraded.revision < ALL_IS_SEARCHED_SINCE:
        found, before = now.pop("found"), then.pop("found")
        assert {word for word, ids in before.items() if set(ids) - set(found[word])} == set()
    assert now == then


def test_the_ledger_of_evidence_is_whole_and_says_what_a_recount_of_its_orders_says(
    upgraded: Upgraded, market: Flask, now: Clock
) -> None:
    """Of a database of before there was a ledger: its figures are those of before by the test above."""
    day = local_day(now())
    with Session(db.engine) as session:
        for commune_id in commune_ids(session):
            assert verify(session, commune_id).broken is None
            counted = board_of(session, commune_id, day, known_at=now()).figure
            again = recounted(session, commune_id, day, known_at=now())
            assert [one.state for one in counted.standings] == [one.state for one in again.standings]
        assert upgraded.rows.counts["evidence"] >= upgraded.rows.counts["business_history"]


@pytest.mark.nightly  # all pages over each released database; the oldest is upgraded by day
@pytest.mark.parametrize("upgraded", OLDEST, indirect=True, scope="module")
def test_every_front_end_answers(market: Flask, now: Clock) -> None:
    """For everybody of the demonstration; by day a page that has answered one of them is not asked for another."""
    with Session(db.engine) as session:
        people = session.scalars(select(Person.id).where(Person.is_demo).order_by(Person.id)).all()
    seen: dict[str, int] = {}
    for person in [None, *people]:
        client = market.test_client()
        if person is not None:
            make.sign_in(client, person, now())
        found = pages_seen(market, client, FRONTS, passed=() if IS_NIGHT else seen)
        assert {rule: status for rule, status in found.items() if status >= 500} == {}
        seen |= {rule: status for rule, status in found.items() if status == 200}
    for beginning in PAGES:
        assert any(rule.startswith(beginning) for rule in seen), (beginning, sorted(seen))


FRONTS = ("/", "/tim?q=gao", "/ban-hang", "/to-cong-nghe", "/van-phong", "/tai-khoan")
PAGES = (
    "/",
    "/tim",
    "/nhom/",
    "/san-pham/",
    "/gian-hang/",
    "/gio-hang",
    "/ban-hang/<gian>/don/<code>",
    "/ban-hang/<gian>/san-pham",
    "/ban-hang/<gian>/lo/",
    "/ban-hang/<gian>/tien",
    "/to-cong-nghe",
    "/van-phong/chi-tieu",
    "/van-phong/so-ho/<int:business_id>",
    "/van-phong/nhat-ky",
)


@pytest.mark.nightly  # a whole archive over each released database
@pytest.mark.parametrize("upgraded", OLDEST, indirect=True, scope="module")
def test_a_backup_made_after_an_upgrade_fills_it_again(
    upgraded: Upgraded, market: Flask, tmp_path: Path, now: Clock
) -> None:
    before = rows_in(upgraded.url)
    backup.back_up(tmp_path / "after.tar.gz", now=now())
    backup.restore(tmp_path / "after.tar.gz", replace=True)
    assert rows_in(upgraded.url) == before


LOSING = '''"""Forgets something."""

from alembic import op

revision = "losing"
down_revision = {head!r}
branch_labels = None
depends_on = None
phase = "contract"


def upgrade() -> None:
    for statement in {statements!r}:
        op.execute(statement)
'''
LOST = {
    "scan": "DELETE FROM scan",
    "product.description": "UPDATE product SET description = substr(description, 1, 400)",
    "variant.price": "UPDATE variant SET price = price - 1 WHERE price > 9007199254740992",
    "person.created_at": "UPDATE person SET created_at = '2026-01-01 00:00:00+00:00' WHERE id = 1",
}


@pytest.fixture
def copied(upgraded: Upgraded, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a copy that may be spoilt, its application at hand."""
    server: postgres.Databases | None = None
    if upgraded.url.startswith("sqlite"):
        url = f"sqlite:///{shutil.copy(make_url(upgraded.url).database or '', tmp_path / 'copied.db')}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create("copied", "past")
    with applications.new(settings_of_dump(url, tmp_path)).app_context():
        yield url
        db.engine.dispose()
    if server:
        server.drop("copied")


@pytest.mark.parametrize("upgraded", OLDEST, indirect=True, scope="module")
def test_a_migration_that_loses_something_is_seen(upgraded: Upgraded, copied: str, tmp_path: Path) -> None:
    before, folder = rows_in(copied), tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    losing = LOSING.format(head=ScriptDirectory(str(folder)).get_current_head(), statements=[*LOST.values()])
    (folder / "versions" / "29990101_0000_losing.py").write_text(losing, "utf-8")
    upgrade(directory=str(folder))
    assert set(LOST) <= set(lost(upgraded.revision, before, rows_in(copied)))
