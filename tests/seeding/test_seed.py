"""Loading `seeds/`: the whole commune once, and nothing the second time."""

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import Base, transaction
from market.base.seen import seen_of
from market.catalog.models import Photo, Product, StockMove, Variant
from market.catalog.pictures import is_kept, keeping
from market.channels.models import ChannelCategory
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.models import Allocation, BankCredit, PaymentRequest
from market.places.actions import HamletEdit, NewFact, PointSaid, edit_point, rename_hamlet, set_fact
from market.places.models import Commune, DatedFact, Hamlet, MarketMode, OldPlace, PickupPoint
from market.places.queries import hamlet_facts, hamlet_names, point_facts
from market.places.rules.modes import CommuneMode
from market.seeding import actions
from market.seeding.files import SEEDS, Seeds
from market.sellers.actions import HamletMerge, merge_hamlet
from market.sellers.models import Business, BusinessKind, IdentityEvent, Stall
from market.sellers.queries import hamlet_load, merge_facts
from market.trace.models import Lot
from market.trace.rules import LotState
from market.values.period import local_day
from market.values.phone import Phone
from tests.channels import templates
from tests.channels.templates import read_template
from tests.conftest import Clock
from tests.nights import IS_NIGHT, by_day_on
from tests.services.databases import OPENING, settings_for

GO = ["rau-ba-lan", "htx-nong-nghiep-dai-son", "ruoi-anh-tu", "tranh-theu-xuan-neo-co-theu", "htx-ca-rot-lac-duc"]
"""Stalls with goods that the sample template of TikTok Shop has a category for."""


def run(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=["seed", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def contents(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every table's keys, so that a row added, dropped or made anew is seen."""
    found = {}
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        found[table.name] = [tuple(row) for row in session.execute(select(*keys).order_by(*keys))]
    return found


def loading_again_changes_nothing(app: Flask, session: Session, now: Clock) -> None:
    before = contents(session)
    now.move(days=3)
    run(app)
    assert json.loads(run(app, "--if-empty", "--json"))["loaded"] == []
    session.rollback()
    assert contents(session) == before


@pytest.fixture
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """By day pictures are kept in the smallest width only: making the others is most of the work, not the seeds'."""
    if not IS_NIGHT:
        monkeypatch.setattr(keeping, "WIDTHS", keeping.WIDTHS[:1])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("small_pictures")
def test_the_commune_is_loaded_whole_lets_its_people_in_and_a_second_time_changes_nothing(
    app: Flask, session: Session, tmp_path: Path, now: Clock
) -> None:
    """Loaded once for all of it: that is most of what it takes."""
    printed = json.loads(run(app, "--sign-ins", "--json"))["sign_ins"]
    every_table_has_its_rows(session)
    stock_adds_up(session)
    money_adds_up(session)
    sellers_are_linked_by_a_stand_in_alone(session)
    nobody_bought_before_the_stall_was_open_or_after_today(session, now())
    every_picture_of_the_goods_is_kept(session)
    the_sign_ins_open_the_market(app, session, printed)
    stalls_go_to_both_marketplaces(app, session, tmp_path)
    session.rollback()
    loading_again_changes_nothing(app, session, now)


def every_table_has_its_rows(session: Session) -> None:
    commune = session.scalars(select(Commune)).one()
    assert (commune.code, commune.letters) == ("11086", "DS")
    counts = {Hamlet: 13, Business: 60, Stall: 14, Product: 45, Order: 200}
    assert {table: session.scalar(select(func.count()).select_from(table)) for table in counts} == counts
    assert set(session.scalars(select(Business.kind))) == set(BusinessKind)
    assert set(session.scalars(select(Order.status))) == set(OrderStatus)
    assert set(session.scalars(select(Lot.state))) == set(LotState)
    assert "L261113A" in session.scalars(select(Lot.code)).all()
    assert all(session.scalars(select(Photo.is_illustration)))


def every_picture_of_the_goods_is_kept(session: Session) -> None:
    keys = session.scalars(select(Photo.key)).all()
    assert len(keys) >= 45
    assert all(is_kept(key) for key in keys)


def the_sign_ins_open_the_market(app: Flask, session: Session, printed: list[dict[str, str]]) -> None:
    demo = session.scalars(select(Person).where(Person.is_demo)).all()
    assert {one["phone"] for one in printed} == {person.phone.national for person in demo if person.phone}
    others = session.scalars(select(Person).where(Person.is_demo.is_(False)))
    assert all(person.password_hash is None for person in others)
    for one in printed:
        form = {"phone": one["phone"], "password": one["password"]}
        assert app.test_client().post("/dang-nhap", data=form).status_code == 303


def stock_adds_up(session: Session) -> None:
    moved: Counter[int] = Counter()
    for move in session.scalars(select(StockMove)):
        moved[move.variant_id] += move.delta
    for variant in session.scalars(select(Variant).where(Variant.on_hand.is_not(None))):
        assert moved[variant.id] == variant.on_hand


def sellers_are_linked_by_a_stand_in_alone(session: Session) -> None:
    linked = session.execute(select(IdentityEvent.provider, IdentityEvent.state).distinct()).all()
    assert [tuple(row) for row in linked] == [("gia-lap", "da_xac_thuc_dien_tu")]


def money_adds_up(session: Session) -> None:
    received: Counter[int] = Counter()
    allocated: Counter[int | None] = Counter()
    for allocation in session.scalars(select(Allocation)):
        received[allocation.request_id] += allocation.amount
        allocated[allocation.credit_id] += allocation.amount
    assert all(received[request.id] == request.received for request in session.scalars(select(PaymentRequest)))
    assert all(allocated[credit.id] == credit.allocated for credit in session.scalars(select(BankCredit)))


def nobody_bought_before_the_stall_was_open_or_after_today(session: Session, today: datetime) -> None:
    rows = session.execute(select(Order, Stall).join(Stall, Stall.id == Order.stall_id)).all()
    for order, stall in rows:
        assert stall.opened_at < order.placed_at <= today
        assert order.placed_at > today - timedelta(days=366)
        assert order.completed_at is None or order.placed_at < order.completed_at <= today


def stalls_go_to_both_marketplaces(app: Flask, session: Session, tmp_path: Path) -> None:
    samples = {"shopee": templates.SHOPEE, "tiktok": templates.TIKTOK}
    for channel, slug in product(samples, GO if IS_NIGHT else GO[:1]):
        sample = tmp_path / f"{channel}.xlsx"
        sample.write_bytes(samples[channel])
        arguments = ["export-channel", channel, "--stall", slug, "--template", str(sample)]
        done = app.test_cli_runner().invoke(args=[*arguments, "--out", str(tmp_path / "out.xlsx")])
        assert done.exit_code == 0, f"{channel}, {slug}: {done.output}"
    known = {category.value for category in read_template(templates.TIKTOK).categories}
    chosen = set(session.scalars(select(ChannelCategory.value)))
    assert chosen
    assert chosen <= known


@pytest.mark.nightly  # loads all seeds once more
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("quick_pictures")
def test_a_machine_whose_clock_is_early_loads_it_too(app: Flask, now: Clock) -> None:
    now.at = datetime(2025, 12, 1, 3, tzinfo=UTC)
    assert "xem thử" in run(app)


def test_a_production_gets_places_and_facts_but_no_invented_people(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    keys = {"secret_key": "s" * 40, "data_keys": "a:" + "k" * 40, "base_url": "https://cho.example.vn"}
    app.config["CHOSO"] = settings_for(database_url, tmp_path).model_copy(update={"env": "production"} | keys)
    assert json.loads(run(app, "--sign-ins", "--json")) == {"loaded": ["places"], "differs": [], "sign_ins": []}
    assert session.scalar(select(func.count()).select_from(PickupPoint)) == 0, "office 9: keepers are invented"
    assert session.scalars(select(Commune.office_phone)).one() is None
    begun = session.scalars(select(MarketMode)).one()
    assert (begun.mode, begun.registration) == (CommuneMode.SHOWCASE, None), "the table's number is made up"
    assert session.scalars(select(Commune.mode)).one() is CommuneMode.SHOWCASE
    assert session.scalar(select(func.count()).select_from(Person)) == 0
    assert session.scalar(select(func.count()).select_from(Business)) == 0
    assert session.scalar(select(func.count()).select_from(DatedFact)) > 10


@pytest.fixture
def own_seeds(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The places alone, loaded once; the tables may be changed."""
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    monkeypatch.setattr("market.seeding.cli.SEEDS", folder)
    with transaction() as session:
        actions.load_places(session, Seeds(folder=folder, today=OPENING.date(), now=OPENING), with_demo=True)
    monkeypatch.setattr("market.seeding.cli._prepare", lambda _: None)
    return folder


def rewrite(table: Path, before: str, after: str) -> None:
    content = table.read_text("utf-8")
    assert before in content
    table.write_text(content.replace(before, after), "utf-8")


def again(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["seed", "--json"])


@by_day_on("sqlite")
def test_a_corrected_code_in_the_tables_makes_no_second_commune(app: Flask, session: Session, own_seeds: Path) -> None:
    """Office 8: it made one without hamlets or goods beside the one that had all, and the market said 404."""
    rewrite(own_seeds / "commune.toml", '"11086" ', '"11083" ')
    found = again(app)
    assert (found.exit_code, found.stdout) == (1, "")
    assert "commune edit 11086 --code 11083" in found.stderr
    assert session.scalars(select(Commune.code)).all() == ["11086"]


@by_day_on("sqlite")
def test_a_second_load_says_what_it_does_not_take(app: Flask, session: Session, own_seeds: Path) -> None:
    """Office 9: a changed keeper's phone was not taken, without a word."""
    assert json.loads(again(app).stdout)["differs"] == []
    rewrite(own_seeds / "pickup_points.csv", "0900 000 901", "0912 345 678")
    rewrite(own_seeds / "commune.toml", "Phòng Kinh tế xã Đại Sơn", "Phòng Kinh tế và Hạ tầng")
    found = again(app)
    assert found.exit_code == 0
    assert json.loads(found.stdout)["differs"] == ["xã: office_name", "Nhà văn hóa thôn Xuân Nẻo: keeper_phone"]
    assert "commune edit MÃ --from" in found.stderr
    assert session.scalar(select(func.count()).where(PickupPoint.keeper_phone == Phone("0900 000 901"))) == 1


@by_day_on("sqlite")
def test_a_hamlet_renamed_in_the_tables_does_not_become_two(app: Flask, session: Session, own_seeds: Path) -> None:
    """Office 9."""
    rewrite(own_seeds / "hamlets.csv", "thôn Xuân Nẻo", "thôn Xuân Mới")
    before = session.scalar(select(func.count()).select_from(Hamlet))
    found = again(app)
    assert found.exit_code == 1
    assert "có thôn Xuân Mới mà chợ chưa có, chợ có thôn Xuân Nẻo" in found.stderr
    assert session.scalar(select(func.count()).select_from(Hamlet)) == before


def places_in(session: Session) -> list[list[tuple[object, ...]]]:
    """Every value of a commune's own data."""
    tables = [model.__table__ for model in (Hamlet, OldPlace, PickupPoint, DatedFact)]
    return [[tuple(row) for row in session.execute(select(table).order_by(table.c.id))] for table in tables]


@by_day_on("sqlite")
def test_the_tables_decide_nothing_that_an_office_has_decided(
    app: Flask, session: Session, own_seeds: Path, now: Clock
) -> None:
    """After the first day they fill what is not there, and overwrite nothing (office 9): a renamed hamlet became two, a
    keeper that was changed came back, a target that was set got another one beside it."""
    commune = session.scalars(select(Commune.id)).one()
    named = {name: at for at, name in hamlet_names(session, commune).items()}
    neo, me, duc = (named[f"thôn {name}"] for name in ("Xuân Nẻo", "Ô Mễ", "Lạc Dục"))
    point = session.scalars(select(PickupPoint).where(PickupPoint.hamlet_id == duc)).one()
    office, clock = Actor(), now
    with transaction() as writing:
        seen = seen_of(hamlet_facts(writing.get_one(Hamlet, neo)))
        edit = HamletEdit(commune_id=commune, hamlet_id=neo, name="thôn Xuân Mới", source=None, seen=seen)
        rename_hamlet(writing, office, edit, now=now())
        hamlets = writing.get_one(Hamlet, me), writing.get_one(Hamlet, duc)
        seen = seen_of(merge_facts(*hamlets, hamlet_load(writing, hamlets[0], local_day(now()))))
        merge = HamletMerge(commune_id=commune, hamlet_id=me, into_id=duc, source="NQ", seen=seen)
        merge_hamlet(writing, office, merge, clock=clock)
        said = PointSaid(
            commune_id=commune,
            hamlet_id=duc,
            name="Đình Lạc Dục",
            address=None,
            keeper_name="Bà Thoa",
            keeper_phone=Phone("0912 345 678"),
            opening_hours="7:00",
        )
        seen = seen_of(point_facts(writing.get_one(PickupPoint, point.id)))
        edit_point(writing, office, point.id, said, seen=seen, now=now())
        day = local_day(now()) + timedelta(days=1)
        new = NewFact(commune_id=commune, key="kpi.target.plan", value="60", valid_from=day, source="KH")
        set_fact(writing, office, new, clock=clock)
    before = places_in(session)
    rewrite(own_seeds / "facts.csv", "kpi.target.plan,50,2025-07-01", "kpi.target.plan,40,2026-01-01")

    found = again(app)

    assert (found.exit_code, found.stderr == "") == (0, False)
    assert places_in(session) == before
    differs = json.loads(found.stdout)["differs"]
    assert "kpi.target.plan từ 01/01/2026" in differs
    assert not any("Xuân" in one and "không có" in one for one in differs), "it is known under its old name"


def test_every_picture_has_its_source_and_licence() -> None:
    listed = (SEEDS / "photos" / "SOURCES.md").read_text("utf-8")
    pictures = sorted((SEEDS / "photos").glob("*.webp"))
    assert len(pictures) == 45
    assert "MIT License" in listed
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000
    for picture in pictures:
        assert picture.name in listed
        with Image.open(picture) as opened:
            assert opened.size == (1280, 960)
