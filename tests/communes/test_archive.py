"""A commune leaves one installation as an open archive and comes in again into another, beside a commune whose rows
have the same numbers: the same rows, the same figures, no secret."""

import csv
import json
import os
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import JSON, Table, func, select, update
from sqlalchemy.orm import Session

from market.accounts.models import Consent, Person
from market.app import create_app
from market.base import secrets
from market.base.config import Settings
from market.base.db import Base, db, reading, transaction
from market.base.errors import Refused
from market.base.storage import is_key, new_key, storage
from market.catalog.models import Category
from market.catalog.pictures import files_of
from market.communes.archive import carry_out, description
from market.communes.archive.figures import figures_of
from market.communes.archive.tables import carried_tables, parent_name, rows_to_carry
from market.communes.cli import bring_commune
from market.communes.rules.carried import FILES, LEFT_OUT, NUMBERS, PLAIN
from market.places.models import Commune
from market.sellers.models import PostRole, Stall
from market.values.period import local_day
from tests import factories as make
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.base.archives import Members, members_of, rewritten
from tests.cast import Seller
from tests.city import City
from tests.conftest import Clock
from tests.nights import in_turns
from tests.services import postgres
from tests.services.databases import migrate, settings_for
from tests.web.base.villages import Village

ROOT = Path(__file__).parents[2]


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """Another installation's application, whose database and storage are the ones in use."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of another installation, migrated and empty."""
    if request.param == "sqlite":
        (tmp_path / "other").mkdir()
        url, drop = f"sqlite:///{tmp_path / 'other' / 'choso.db'}", None
    else:
        server: postgres.Databases = request.getfixturevalue("postgres_server")
        drop = f"carried_{os.getpid()}"
        url = server.create(drop)
    migrate(url, tmp_path / "other")
    yield settings_for(url, tmp_path / "other")
    if drop:
        server.drop(drop)


@dataclass(frozen=True, slots=True)
class Two:
    """Two communes full of things; the people of the first have the same parts in the second."""

    first: int
    second: int


@pytest.fixture
def two(app: Flask, now: Clock) -> Two:
    first = Village.make("Hạc Trắng", "HT", "20001", now())
    with transaction() as session:
        City.found(session, [first], now())
    now.move(minutes=1)  # its figures were locked at that moment
    second = Village.make("Sếu Xám", "SX", "20002", now(), also=first)
    business_id = int(str(first.things["business_id"]))
    with transaction() as session:
        session.execute(update(Consent).values(person_id=first.owner))
        person = session.get_one(Person, first.owner)
        person.desk, person.password_hash = f"gian:{stall_of(session, business_id).id}", "argon2-of-the-owner"
        seller = Seller(person=first.owner, business=business_id, stall=stall_of(session, business_id).id, slug="x")
        for days in (3, 40):
            sell(session, first.commune, seller, Sold(on=local_day(now()) - timedelta(days=days), is_known=True))
    look_everywhere(first.commune)
    for table, column in FILES.items():
        for key in reading().scalars(select(Base.metadata.tables[table].c[column])):
            storage().put(key if is_key(key) else files_of(key)[0], f"a file of {table}".encode())
    storage().put(new_key("photo", "webp"), b"nobody's")
    return Two(first.commune, second.commune)


def stall_of(session: Session, business_id: int) -> Stall:
    return session.scalars(select(Stall).where(Stall.business_id == business_id)).one()


def a_commune_with_the_same_numbers(categories: Sequence[Category], now: Clock) -> int:
    with transaction() as session:
        for one in categories:
            row = {name: getattr(one, name) for name in ("code", "name", "slug", "level", "position")}
            session.add(Category(id=one.id + 1000, **row))
        session.flush()
        there = make.make_commune(session, code="10507", name="xã Có Sẵn", letters="CS", host="cosan.test")
        hamlet = make.make_hamlet(session, there, "thôn Có Sẵn")
        officer = make.make_person(session, there, "Cán Bộ Có Sẵn", "0900 000 061", now())
        owner = make.make_person(session, there, "Chủ Có Sẵn", "0900 000 062", now())
        make.make_post(session, officer, PostRole.OFFICER, None, now())
        business = make.make_business(session, hamlet, "Rau Có Sẵn", now())
        make.make_product(session, make.make_stall(session, business, owner, officer, now()), "Rau có sẵn", now())
        return there.id


def counts_of(commune_id: int) -> dict[str, int]:
    def count(table: Table) -> int:
        query = select(func.count()).select_from(table).where(rows_to_carry(table, commune_id))
        return reading().scalar(query) or 0

    return {table.name: count(table) for table in carried_tables()}


def carried(commune_id: int, out: Path, now: Clock) -> Path:
    carry_out(reading().get_one(Commune, commune_id), out, now=now())
    return out


def figures(commune_id: int, now: Clock) -> dict[str, object]:
    return figures_of(reading(), commune_id, local_day(now()), known_at=now())


@in_turns("elsewhere")
def test_communes_come_in_again_beside_one_with_the_same_numbers(
    two: Two, now: Clock, elsewhere: Settings, tmp_path: Path
) -> None:
    left = {one: carried(one, tmp_path / f"{one}.tar.gz", now) for one in (two.first, two.second)}
    before, shown = {one: counts_of(one) for one in left}, {one: figures(one, now) for one in left}
    assert [name for name, rows in before[two.first].items() if not rows] == [], "a row of every table goes along"
    assert shown[two.first]["counted"] == 1
    categories = reading().scalars(select(Category).order_by(Category.id)).all()
    with opened(elsewhere):
        there = a_commune_with_the_same_numbers(categories, now)
        own = counts_of(there)
        for commune_id, archive in left.items():
            came = bring_commune(archive, None).commune_id
            assert counts_of(came) == before[commune_id] | {"event": before[commune_id]["event"] + 1}, "it came"
            assert figures(came, now) == shown[commune_id]
            again = carried(came, tmp_path / f"again-{commune_id}.tar.gz", now)
            assert without_numbers(again) == without_numbers(archive)
        assert counts_of(there) == own
        assert sorted({*storage().all_keys()}) == sorted(files_in(left.values()))
        with transaction() as session:  # the counters go on behind what came
            make.make_hamlet(session, session.get_one(Commune, came), "thôn Mới")


def without_numbers(archive: Path) -> dict[str, list[list[str]]]:
    """Every row of an archive: what numbers a row stands as the place of that row in its table."""
    rows = {table.name: lines_of(archive, table.name) for table in carried_tables()}
    rows["event"] = [row for row in rows["event"] if row["verb"] != "bring_commune"]
    places = {name: {row.get("id"): str(at) for at, row in enumerate(some)} for name, some in rows.items()}
    return {
        table.name: [[_placed(table, name, row, places) for name in row] for row in rows[table.name]]
        for table in carried_tables()
    }


def _placed(table: Table, name: str, row: dict[str, str], places: dict[str, dict[str | None, str]]) -> str:
    parent = table.name if name == "id" else parent_name(table.c[name])
    if (table.name, name) == ("event", "subject_id"):
        parent = row["subject"]
    elif (table.name, name) in {*NUMBERS, ("login_session", "key_hash"), ("login_session", "ended_at")}:
        return ""
    return places[parent].get(row[name], row[name]) if parent in places else row[name] if not parent else ""


def lines_of(archive: Path, table: str) -> list[dict[str, str]]:
    whole = members_of(archive)
    name = next(one for one in whole if one.endswith(f"-{table}.csv"))
    return list(csv.DictReader(StringIO(whole[name].decode())))


def files_in(archives: Iterable[Path]) -> set[str]:
    return {name.removeprefix("storage/") for one in archives for name in members_of(one) if name.startswith("storage")}


def test_no_secret_and_nothing_of_another_commune_leaves(two: Two, now: Clock, tmp_path: Path) -> None:
    archive = carried(two.first, tmp_path / "xa.tar.gz", now)
    whole = members_of(archive)
    text = b"".join(whole.values()).decode()
    assert "argon2-of-the-owner" not in text
    assert {row["password_hash"] for row in lines_of(archive, "person")} == {"\\N"}
    assert {row["key_hash"].partition(":")[0] for row in lines_of(archive, "login_session")} == {"khong-mang-theo"}
    assert all(row["ended_at"] != "\\N" for row in lines_of(archive, "login_session"))
    assert "Hạc Trắng" in text
    assert "Sếu Xám" not in text
    assert whole["bang.md"].decode() == description()
    manifest = json.loads(whole["manifest.json"])
    assert manifest["left_out"].keys() == LEFT_OUT.keys()
    assert manifest["tables"]["hamlet"]["rows"] == len(lines_of(archive, "hamlet"))
    assert b"nobody's" not in whole.values()


@in_turns("elsewhere")
def test_what_was_changed_is_refused_and_nothing_of_it_comes_in(
    two: Two, now: Clock, elsewhere: Settings, tmp_path: Path
) -> None:
    archive = carried(two.first, tmp_path / "xa.tar.gz", now)
    with pytest.raises(Refused, match="Đã có xã khác mang mã 20001"):
        bring_commune(archive, "x.test")
    whole = members_of(archive)
    named = ("hamlet", "old_place", "business", "business_history")
    hamlet, old_place, business, history = (name_of(whole, one) for one in named)
    sealed = json.loads(whole["manifest.json"])
    changes = [
        ({hamlet: b"id,name\n1,x\n"}, "Bảng hamlet có cột khác"),
        ({old_place: whole[old_place].splitlines(keepends=True)[0]}, "thiếu dòng"),
        ({business: whole[business].replace(b"dang_hoat_dong", b"dang_ngu", 1)}, "Dòng 2 của bảng business không dùng"),
        ({history: whole[history].replace(b"dang_hoat_dong", b"tam_ngung")}, "không ra như ở nơi xuất"),
    ]
    categories = reading().scalars(select(Category).order_by(Category.id)).all()
    with opened(elsewhere):
        a_commune_with_the_same_numbers(categories, now)
        for changed, why in changes:
            assert all(whole[name] != content for name, content in changed.items()), why
            copy = rewritten(archive, lambda members, new=changed: members.update(new))
            with pytest.raises(Refused, match=why):
                bring_commune(copy, None)
            copy = rewritten(copy, lambda members: None)
            written_as(copy, members_of(copy) | {"manifest.json": json.dumps(sealed).encode()})
            with pytest.raises(Refused, match="đã bị sửa: bang/"):
                bring_commune(copy, None)
        assert reading().scalar(select(func.count(Commune.id))) == 1
        assert [*storage().all_keys()] == []
        bring_commune(archive, None)


def written_as(archive: Path, whole: Members) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in whole.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))


def test_an_installation_without_the_key_takes_nothing(
    two: Two, now: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = carried(two.first, tmp_path / "xa.tar.gz", now)
    other = secrets.Vault({"khac": "k" * 32})
    monkeypatch.setattr(secrets, "_VAULTS", [other])
    with pytest.raises(Refused, match="CHOSO_DATA_KEYS"):
        bring_commune(archive, None)


def test_every_column_that_may_number_rows_is_known() -> None:
    """Who adds a column that names rows without a foreign key says in `rules/carried.py` how it is numbered anew."""
    unsaid = {
        (table.name, column.name)
        for table in carried_tables()
        for column in table.columns
        if isinstance(column.type, JSON) or (column.name.endswith("_id") and parent_name(column) is None)
    }
    assert unsaid == PLAIN | NUMBERS.keys() - {("person", "desk")}
    assert set(LEFT_OUT) <= Base.metadata.tables.keys()
    assert [one for table in carried_tables() for one in must_have(table)] == []


def must_have(table: Table) -> Iterator[str]:
    """What a carried row must point to and would not find."""
    for column in table.columns:
        if parent_name(column) in LEFT_OUT and parent_name(column) != "category" and not column.nullable:
            yield f"{table.name}.{column.name}"


def test_the_page_about_the_archive_describes_every_table() -> None:
    """Written by `flask commune tables > docs/commune-archive.md`."""
    assert (ROOT / "docs" / "commune-archive.md").read_text("utf-8") == description()


def name_of(whole: Members, table: str) -> str:
    return next(name for name in whole if name.endswith(f"-{table}.csv"))


@in_turns("elsewhere")
def test_the_commands_write_and_read_it(two: Two, app: Flask, now: Clock, elsewhere: Settings, tmp_path: Path) -> None:
    out = tmp_path / "xa.tar.gz"
    written = app.test_cli_runner().invoke(args=["commune", "export", "20001", "--archive", str(out), "--json"])
    assert (written.exit_code, json.loads(written.stdout)["figures"]["counted"]) == (0, 1), written.stderr
    assert app.test_cli_runner().invoke(args=["commune", "tables"]).stdout == description()
    categories = reading().scalars(select(Category).order_by(Category.id)).all()
    with opened(elsewhere) as there:
        a_commune_with_the_same_numbers(categories, now)
        taken = there.test_cli_runner().invoke(args=["commune", "import", str(out), "--host", "moi.test"])
        assert (taken.exit_code, "chợ ở moi.test" in taken.stdout) == (0, True), taken.stderr
        again = there.test_cli_runner().invoke(args=["commune", "import", str(out), "--host", "moi.test"])
        assert (again.exit_code, "Đã có xã khác mang mã 20001" in again.stderr) == (1, True)
