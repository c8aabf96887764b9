"""`flask export-channel`: the stall's goods leave in the seller's own template, those that cannot are named."""

import json
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.base.seen import seen_of
from market.base.spreadsheets import guard, workbook
from market.catalog.actions.listing import VariantRef
from market.catalog.models import Category as ShopCategory
from market.catalog.models import Photo, Product, ProductState, Variant
from market.channels import actions, queries
from market.channels.formats import open_template
from market.channels.models import ChannelCategory, ChannelTemplate
from market.channels.queries import Export, category_facts, channel_listings, chosen_categories, weight_facts
from market.channels.rules import ChannelListing, TemplateCategory, food_names, found_categories, suggested_category
from market.sellers.models import Stall
from market.trace.actions import NewLot, open_lot
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.channels.templates import FILES, SHOPEE, TIKTOK, cells, members, read_template
from tests.conftest import Clock
from tests.events import events_of
from tests.queries import counting
from tests.trace import steps

SHOPEE_FILE = FILES / "Shopee_mass_upload_mau.xlsx"
TIKTOK_FILE = FILES / "Tiktoksellercenter_batchupload_mau.xlsx"
RICE = read_template(TIKTOK).categories[0].value


@pytest.fixture
def export(app: Flask, cast: Cast, tmp_path: Path):
    def run(channel: str, template: Path, *options: str, stall: str = cast.htx.slug) -> tuple[Result, Path]:
        out = tmp_path / "dien-xong.xlsx"
        args = ["export-channel", channel, "--stall", stall, "--template", str(template), "--out", str(out), *options]
        return app.test_cli_runner().invoke(args=args), out

    return run


def listings(cast: Cast, session: Session, channel: str = "shopee") -> list[ChannelListing]:
    categories = read_template(SHOPEE if channel == "shopee" else TIKTOK).categories
    wanted = Export(
        stall_id=cast.htx.stall,
        channel=channel,
        categories=categories,
        picture_link="https://cho.vn/anh/{}.jpg".format,
    )
    return channel_listings(session, wanted, now=clock.now())


def change(**fields: object) -> None:
    with transaction() as session:
        session.execute(update(Variant).where(Variant.sku.like("SP%")).values(**fields))


def add(cast: Cast, name: str, now: Clock, **fields: object) -> int:
    """Another product of HTX Đại Sơn; returns its id."""
    with transaction() as session:
        stall = session.get_one(Stall, cast.htx.stall)
        return make.make_product(session, stall, name, now(), **fields).product_id  # type: ignore[arg-type]


# --- a stall's goods as marketplaces see them


def sealed_lot_of_another(cast: Cast, now: Clock) -> None:
    """A newer lot of other goods of the stall."""
    new = NewLot(product_id=add(cast, "Gạo tám", now), details=steps.RICE)
    with transaction() as session:
        code = open_lot(session, Actor(person_id=cast.htx.person), cast.htx.stall, new, clock=now)
    steps.whole_journal(cast, code, now())
    steps.seal(cast, code, now())


def test_a_product_is_listed_with_true_facts_and_its_newest_sealed_lot(
    cast: Cast, now: Clock, session: Session
) -> None:
    code = steps.sealed_lot(cast, now())
    sealed_lot_of_another(cast, now)
    rice, _ = listings(cast, session)
    assert rice.name_suffix == "thôn Mỗ Đoạn, xã Đại Sơn, Hải Phòng"
    assert "Người bán: HTX nông nghiệp Đại Sơn." in rice.description
    assert (rice.trace_code, rice.weight_grams, rice.tiers, rice.is_public) == (code, 1000, (), True)
    assert [(v.sku, v.price, v.stock, v.options) for v in rice.variants] == [("SP3", 32_000, 50, ())]
    assert rice.images[0].startswith("https://cho.vn/anh/test-photo-")
    assert rice.images[0].endswith(".jpg")
    assert len(rice.description) >= 100


def test_packs_are_choices_of_one_tier(cast: Cast, now: Clock, session: Session) -> None:
    change(unit="tui", pack_amount=1000, pack_unit="kg")
    with transaction() as writing:
        one = writing.get_one(Variant, cast.gao_nep)
        five = Variant(
            product_id=one.product_id,
            stall_id=one.stall_id,
            sku="GAO5",
            unit="tui",
            price=150_000,
            on_hand=3000,
            pack_amount=5000,
            pack_unit="kg",
        )
        writing.add(five)
    [rice] = listings(cast, session)
    assert rice.tiers == ("Quy cách",)
    assert [variant.options for variant in rice.variants] == [("Túi 1 kg",), ("Túi 5 kg",)]
    assert rice.weight_grams == 5000
    assert "Bán theo: túi 1 kg, túi 5 kg." in rice.description
    assert rice.name_suffix == "thôn Mỗ Đoạn, xã Đại Sơn, Hải Phòng"
    with transaction() as writing:
        writing.get_one(Variant, cast.gao_nep).label = "loại nhỏ"
        writing.get_one(Variant, five.id).unit, writing.get_one(Variant, five.id).pack_amount = "hop", None
    session.expire_all()
    [rice] = listings(cast, session)
    assert [variant.options for variant in rice.variants] == [("Loại nhỏ",), ("Hộp",)]
    assert rice.weight_grams is None, "what one of them weighs nobody knows"


@pytest.mark.parametrize(
    ("fields", "grams"),
    [
        ({"unit": "mo"}, None),
        ({"unit": "mo", "weight_grams": 700}, 700),
        ({"unit": "lang"}, 100),
        ({"unit": "yen"}, 10_000),
        ({"unit": "hop", "pack_amount": 500_000, "pack_unit": "g"}, 500),
        ({"unit": "chai", "pack_amount": 500, "pack_unit": "lit"}, None),
    ],
)
def test_a_weight_is_taken_from_the_pack_where_it_can_be_told(
    cast: Cast, session: Session, fields: dict[str, object], grams: int | None
) -> None:
    change(**fields)
    assert listings(cast, session)[0].weight_grams == grams


def test_an_uncounted_stock_stays_unknown_and_a_counted_one_is_rounded_down(cast: Cast, session: Session) -> None:
    for amount, pieces in ((3000, 3), (2999, 2), (999, 0), (0, 0)):
        change(on_hand=amount)
        assert listings(cast, session)[0].variants[0].stock == pieces
    change(on_hand=None)
    assert listings(cast, session)[0].variants[0].stock is None


def test_what_the_market_does_not_show_does_not_go_and_says_so(cast: Cast, now: Clock, session: Session) -> None:
    add(cast, "Gạo tẻ mới chờ duyệt", now, state=ProductState.PENDING)
    assert [listing.is_public for listing in listings(cast, session)] == [True, False]


def test_the_statements_stay_the_same_however_many_goods(cast: Cast, now: Clock, session: Session) -> None:
    with counting() as one:
        listings(cast, session)
    for number in range(30):
        add(cast, f"Gạo số {number}", now, on_hand=1000)
    with counting() as many:
        assert len(listings(cast, session)) == 31
    assert len(one) == len(many) <= 9


@pytest.mark.parametrize(("width", "height", "side"), [(480, 360, 360), (360, 480, 360), (2000, 2000, 960)])
def test_the_shortest_side_of_all_pictures_is_told(
    cast: Cast, now: Clock, session: Session, width: int, height: int, side: int
) -> None:
    rice = session.get_one(Variant, cast.gao_nep)
    with transaction() as writing:
        size = {"key": "another-photo", "width": width, "height": height, "position": 1, "created_at": now()}
        writing.add(Photo(product_id=rice.product_id, stall_id=rice.stall_id, **size))
    [found] = listings(cast, session)
    assert found.image_side == side
    assert found.images[1] == "https://cho.vn/anh/another-photo.jpg"
    with transaction() as writing:
        writing.execute(delete(Photo).where(Photo.product_id == rice.product_id))
    assert listings(cast, session)[0].image_side is None


def test_the_description_says_what_is_true_of_the_goods(cast: Cast, session: Session) -> None:
    said = "Người bán: HTX nông nghiệp Đại Sơn.\nNơi làm ra: thôn Mỗ Đoạn, xã Đại Sơn, thành phố Hải Phòng."
    assert listings(cast, session)[0].description == f"Bán theo: kg.\n{said}"
    with transaction() as writing:
        rice = writing.get_one(Variant, cast.gao_nep).product
        rice.description, rice.season_from, rice.season_to = "Gạo mới gặt.", 10, 2
    session.expire_all()
    season = "Mùa: tháng 10 đến tháng 2."
    assert listings(cast, session)[0].description == f"Gạo mới gặt.\n\nBán theo: kg.\n{said}\n{season}"


def test_a_stall_without_goods_has_nothing_to_list(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.execute(update(Product).where(Product.stall_id == cast.htx.stall).values(stall_id=cast.lan.stall))
    assert listings(cast, session) == []


# --- categories


FISH = TemplateCategory(value="1", path="Thực phẩm/Hải sản")
RICES = TemplateCategory(value="2", path="Thực phẩm/Gạo")
STICKY = TemplateCategory(value="3", path="Thực phẩm/Gạo nếp")
CLOTH = TemplateCategory(value="4", path="Thời trang/Vải")


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Gạo nếp cái hoa vàng"], STICKY),
        (["GAO tẻ"], RICES),
        (["Vải thiều"], None),
        (["Su hào", "Hải sản tươi"], FISH),
        (["Ngạo nghễ"], None),
    ],
)
def test_a_category_is_suggested_by_its_whole_name_and_for_food_alone(
    texts: list[str], found: TemplateCategory | None
) -> None:
    assert suggested_category(texts, food_names([FISH, RICES, STICKY, CLOTH])) == found


def test_of_two_categories_as_good_none_is_suggested() -> None:
    twin = TemplateCategory(value="9", path="Thực phẩm khô/Gạo")
    assert suggested_category(["Gạo tẻ"], food_names([RICES, twin])) is None
    assert suggested_category(["Gạo tẻ", "Hải sản"], food_names([RICES, twin, FISH])) is None
    assert suggested_category(["Gạo nếp"], food_names([RICES, twin, STICKY])) == STICKY


def test_what_the_shop_calls_the_goods_suggests_where_their_name_does_not(cast: Cast, session: Session) -> None:
    change_name = update(Product).where(Product.stall_id == cast.htx.stall).values(name="Cái hoa vàng")
    with transaction() as writing:
        writing.execute(change_name)
    assert listings(cast, session)[0].category is None
    with transaction() as writing:
        rice = ShopCategory(code="gao", name="Gạo", slug="gao", level=1, position=1)
        writing.get_one(Variant, cast.gao_nep).product.category = rice
    session.expire_all()
    assert listings(cast, session)[0].category == read_template(SHOPEE).categories[0].value


def test_categories_are_found_without_marks_their_own_name_first() -> None:
    everything = [TemplateCategory(value="5", path="Thực phẩm/Gạo & Mì/Mì"), STICKY, RICES, CLOTH]
    assert found_categories("gao", everything) == [RICES, STICKY, everything[0]]
    assert found_categories("thuc pham nep", everything) == [STICKY]
    short = TemplateCategory(value="6", path="Nếp/Gạo")
    assert found_categories("gao nep", [short, STICKY]) == [STICKY, short]
    assert found_categories("gao", everything, most=2) == [RICES, STICKY]
    assert found_categories(" ", everything) == []


def test_a_chosen_category_goes_before_a_suggested_one(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        rau = ShopCategory(code="rau", name="Rau, củ", slug="rau", level=1, position=1)
        writing.add(rau)
    product_id = session.get_one(Variant, cast.gao_nep).product_id
    assert listings(cast, session)[0].category == read_template(SHOPEE).categories[0].value
    for value in ("7", "8"):
        with transaction() as writing:
            before = chosen_categories(writing, "shopee", [product_id]).get(product_id)
            new = actions.NewCategory(channel="shopee", value=value, seen=seen_of(category_facts(before)))
            which = VariantRef(stall_id=cast.htx.stall, product_id=product_id)
            actions.choose_category(writing, Actor(), which, new, now=now())
    assert listings(cast, session)[0].category == "8"
    assert listings(cast, session, "tiktok")[0].category == RICE
    with transaction() as writing:
        elsewhere = actions.NewCategory(channel="tiktok", value="9", seen=seen_of(category_facts(None)))
        actions.choose_category(writing, Actor(), which, elsewhere, now=now())
    assert [listings(cast, session, channel)[0].category for channel in ("shopee", "tiktok")] == ["8", "9"]


# --- the command


def test_shopees_file_is_filled_and_nothing_else_in_it_is_touched(export, cast: Cast) -> None:
    done, out = export("shopee", SHOPEE_FILE, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["products"], answer["rows"], answer["refused"]) == (1, 1, [])
    filled = out.read_bytes()
    manifest = read_template(SHOPEE)
    assert cells(filled, manifest.sheet)[:6] == cells(SHOPEE, manifest.sheet)[:6]
    row = dict(zip(manifest.columns, cells(filled, manifest.sheet)[6], strict=False))
    assert (row["ps_product_name"], row["ps_price"], row["ps_stock"]) == ("Gạo nếp cái hoa vàng", 32_000.0, 50.0)
    assert str(row["ps_item_cover_image"]).startswith("http://cho.test/anh/")
    before, after = members(SHOPEE), members(filled)
    assert list(before) == list(after)
    [changed] = [name for name in before if before[name] != after[name]]
    assert after[changed].count(b"sheetProtection") == before[changed].count(b"sheetProtection") == 1
    assert before[changed].partition(b"<sheetProtection")[2] == after[changed].partition(b"<sheetProtection")[2]


def test_tiktoks_file_is_filled_with_a_name_long_enough(export, cast: Cast) -> None:
    done, out = export("tiktok", TIKTOK_FILE, "--json")
    assert done.exit_code == 0, done.output
    manifest = read_template(TIKTOK)
    filled = cells(out.read_bytes(), manifest.sheet)
    assert filled[:5] == cells(TIKTOK, manifest.sheet)[:5]
    row = dict(zip(manifest.columns, filled[5], strict=False))
    assert row["product_name"] == "Gạo nếp cái hoa vàng thôn Mỗ Đoạn, xã Đại Sơn, Hải Phòng"
    assert (row["category"], row["parcel_weight"]) == (RICE, 1000)


def test_what_cannot_go_is_named_with_its_reasons(export, cast: Cast, now: Clock) -> None:
    hidden = add(cast, "Gạo tẻ chờ duyệt", now, state=ProductState.PENDING, on_hand=1000)
    add(cast, "Chổi rơm", now, unit="con", on_hand=None)
    done, _ = export("shopee", SHOPEE_FILE, "--json")
    answer = json.loads(done.stdout)
    refused = answer["refused"]
    assert (answer["products"], answer["rows"]) == (1, 1)
    assert [one["name"] for one in refused] == ["Gạo tẻ chờ duyệt", "Chổi rơm"]
    assert refused[0]["product"] == hidden
    assert "chưa hiện trên chợ" in refused[0]["reasons"][0]
    assert any("số lượng còn" in reason for reason in refused[1]["reasons"])
    spoken, _ = export("shopee", SHOPEE_FILE)
    assert "Chổi rơm" in spoken.stderr
    assert "2 món chưa đi được" in spoken.stdout


def test_a_file_without_any_row_is_not_made(export, cast: Cast) -> None:
    change(on_hand=None)
    done, out = export("shopee", SHOPEE_FILE)
    assert done.exit_code == 1
    assert "Gạo nếp cái hoa vàng" in done.stderr
    assert "Chưa có món nào" in done.stderr
    assert not out.exists()


def test_the_template_is_opened_once(export, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Mock(wraps=guard.open_package)
    monkeypatch.setattr(workbook, "open_package", opened)
    assert export("shopee", SHOPEE_FILE)[0].exit_code == 0
    assert opened.call_count == 1


def test_the_wrong_marketplaces_file_is_refused(export) -> None:
    done, out = export("shopee", TIKTOK_FILE)
    assert done.exit_code == 1
    assert "mẫu của TikTok Shop" in done.stderr
    assert not out.exists()


def test_a_stall_nobody_has_is_refused(export) -> None:
    assert export("shopee", SHOPEE_FILE, stall="khong-co")[0].exit_code == 1


def test_other_marketplaces_are_wrong_usage(export) -> None:
    done, _ = export("khong-co", SHOPEE_FILE)
    assert done.exit_code == 2
    assert "shopee" in done.stderr
    assert "tiktok" in done.stderr


def test_two_thousand_rows_go_into_one_file(cast: Cast, session: Session) -> None:
    [rice] = listings(cast, session)
    shop = [
        ChannelListing(**{f: getattr(rice, f) for f in ChannelListing.__dataclass_fields__} | {"product_id": n})
        for n in range(2000)
    ]
    file = actions.fill_template(open_template(SHOPEE), shop)
    assert (file.listed, len(cells(file.content, "Bản đăng tải"))) == (2000, 2006)


def test_a_weight_nothing_weighs_is_refused(cast: Cast, now: Clock, session: Session) -> None:
    rice = session.get_one(Variant, cast.gao_nep)
    which, seen = VariantRef(stall_id=cast.htx.stall, product_id=rice.product_id), seen_of(weight_facts([rice]))
    with pytest.raises(Refused, match="100.000"), transaction() as writing:
        actions.set_parcel_weight(writing, Actor(), which, 0, seen=seen, now=now())
    with transaction() as writing:
        actions.set_parcel_weight(writing, Actor(), which, 1200, seen=seen, now=now())
    session.expire_all()
    assert listings(cast, session)[0].weight_grams == 1200


def test_a_parcel_weighs_from_one_gram_to_a_hundred_kilograms(cast: Cast, now: Clock, session: Session) -> None:
    for grams, kept_grams in ((0, 1000), (1, 1), (100_001, 1), (100_000, 100_000)):
        rice = session.get_one(Variant, cast.gao_nep)
        which, seen = VariantRef(stall_id=cast.htx.stall, product_id=rice.product_id), seen_of(weight_facts([rice]))
        refused = pytest.raises(Refused, match="100.000") if grams != kept_grams else nullcontext()
        with refused, transaction() as writing:
            actions.set_parcel_weight(writing, Actor(), which, grams, seen=seen, now=now())
        session.rollback()
        session.expire_all()
        assert listings(cast, session)[0].weight_grams == kept_grams


def test_what_is_no_longer_sold_says_nothing_of_the_parcel(cast: Cast, now: Clock, session: Session) -> None:
    gone = shelf.add_choice(cast.gao_nep, unit="hop")
    shelf.change(gone, removed_at=now(), is_sold_out=True)
    rice = session.get_one(Variant, cast.gao_nep)
    which, seen = VariantRef(stall_id=cast.htx.stall, product_id=rice.product_id), seen_of(weight_facts([rice]))
    for _ in range(2):
        with transaction() as writing:
            actions.set_parcel_weight(writing, Actor(), which, 1200, seen=seen, now=now())
    session.expire_all()
    assert listings(cast, session)[0].weight_grams == 1200


def test_a_weight_is_said_of_every_pack(cast: Cast, now: Clock, session: Session) -> None:
    other = shelf.add_choice(cast.gao_nep, unit="hop", weight_grams=1200)
    packs = [session.get_one(Variant, one) for one in (cast.gao_nep, other)]
    which, seen = VariantRef(stall_id=cast.htx.stall, product_id=packs[0].product_id), seen_of(weight_facts(packs))
    with transaction() as writing:
        actions.set_parcel_weight(writing, Actor(), which, 1200, seen=seen, now=now())
    session.expire_all()
    assert [pack.weight_grams for pack in packs] == [1200, 1200]


# --- templates and runs


def kept(cast: Cast, now: Clock, filename: str = "mau.xlsx", stall: int | None = None, channel: str = "shopee") -> int:
    new = actions.NewTemplate(channel=channel, filename=filename, storage_key="k", sha256=filename, shop_id=None)
    with transaction() as writing:
        return actions.keep_template(writing, Actor(), stall or cast.htx.stall, new, now=now())


def test_each_stall_has_its_own_newest_template_of_each_marketplace(cast: Cast, now: Clock, session: Session) -> None:
    kept(cast, now, "cu.xlsx")
    mine = kept(cast, now)
    other = kept(cast, now, channel="tiktok")
    theirs = kept(cast, now, stall=cast.lan.stall)
    assert len({mine, other, theirs}) == 3
    assert [event.verb for event in events_of(session, "channel_template", mine)] == ["keep_template"]
    found = queries.templates_of(session, cast.htx.stall)
    assert {channel: template.id for channel, template in found.items()} == {"shopee": mine, "tiktok": other}
    assert queries.template_of(session, cast.htx.stall, "shopee").id == mine
    assert queries.template_with_id(session, cast.htx.stall, mine).id == mine
    with pytest.raises(NotFound):
        queries.template_of(session, cast.lan.stall, "tiktok")
    with pytest.raises(NotFound):
        queries.template_with_id(session, cast.htx.stall, theirs)


def test_a_file_s_name_is_kept_up_to_two_hundred_letters(cast: Cast, now: Clock, session: Session) -> None:
    for length in (200, 201):
        template = kept(cast, now, "m" * length)
        assert session.get_one(ChannelTemplate, template).filename == "m" * 200


def test_the_last_ten_files_of_one_marketplace_are_shown(cast: Cast, now: Clock, session: Session) -> None:
    def noted(channel: str, stall: int, key: str | None = None) -> int | None:
        template = kept(cast, now, stall=stall, channel=channel)
        new = actions.NewRun(template_id=template, rows=2, refused=1, sha256="s", storage_key="k", client_key=key)
        with transaction() as writing:
            return actions.note_export(writing, Actor(person_id=cast.htx.person), stall, new, clock=now)

    runs = [noted("shopee", cast.htx.stall, f"form-{number}") for number in range(11)]
    assert noted("shopee", cast.htx.stall, "form-0") is None
    noted("tiktok", cast.htx.stall)
    theirs = noted("shopee", cast.lan.stall)
    shown = queries.export_runs(session, cast.htx.stall, "shopee")
    assert [run.id for run in shown] == runs[:0:-1]
    assert (shown[0].rows, shown[0].refused, shown[0].channel, shown[0].at) == (2, 1, "shopee", now())
    [event] = events_of(session, "export_run", shown[0].id)
    written = (event.verb, event.actor_id, event.commune_id, event.business_id)
    assert written == ("export_channel", cast.htx.person, cast.commune, cast.htx.business)
    assert queries.export_run_of(session, cast.htx.stall, shown[0].id) is shown[0]
    with pytest.raises(NotFound):
        queries.export_run_of(session, cast.htx.stall, theirs or 0)


def test_a_category_is_asked_for_of_some_products_and_one_marketplace(cast: Cast, now: Clock, session: Session) -> None:
    mine, other = session.get_one(Variant, cast.gao_nep).product_id, add(cast, "Gạo tẻ", now)
    with transaction() as writing:
        for product_id, channel in ((mine, "shopee"), (mine, "tiktok"), (other, "shopee")):
            value = f"{channel}-{product_id}"
            writing.add(ChannelCategory(product_id=product_id, channel=channel, value=value))
    assert chosen_categories(session, "shopee", [mine]) == {mine: f"shopee-{mine}"}
    with transaction() as writing:
        new = actions.NewCategory(channel="tiktok", value="9", seen=seen_of(category_facts(None)))
        which = VariantRef(stall_id=cast.htx.stall, product_id=other)
        actions.choose_category(writing, Actor(), which, new, now=now())
    assert chosen_categories(session, "tiktok", [mine, other]) == {mine: f"tiktok-{mine}", other: "9"}
    event = shelf.last_event(other)
    assert (event.verb, event.fields, event.business_id) == ("choose_category", "tiktok", cast.htx.business)


def test_goods_of_another_stall_do_not_go_along(cast: Cast, session: Session) -> None:
    of_the_stall = session.scalars(select(Product.name).where(Product.stall_id == cast.htx.stall))
    assert [listing.name for listing in listings(cast, session)] == list(of_the_stall)
    rice, beans = (session.get_one(Variant, one).product_id for one in (cast.gao_nep, cast.dau_xanh))
    assert queries.product_of(session, cast.htx.stall, rice).id == rice
    with pytest.raises(NotFound):
        queries.product_of(session, cast.htx.stall, beans)


def test_a_pack_of_known_content_lengthens_a_short_name(cast: Cast, session: Session) -> None:
    change(unit="tui", pack_amount=5000, pack_unit="kg")
    assert listings(cast, session)[0].name_suffix == "túi 5 kg, thôn Mỗ Đoạn, xã Đại Sơn, Hải Phòng"
