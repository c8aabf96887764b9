"""A village market to be judged by: the demonstration, and 5,000 sensible names of goods beside it, each with what a
person would say that it is. Names are a head, a quality, a place and a pack; the same seed gives the same market."""

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from bench.goods import word_list
from market.accounts.models import Person
from market.catalog.models import Category, Photo, Product, ProductState, Variant
from market.places.models import Commune, Hamlet
from market.sellers.models import (
    Business,
    BusinessKind,
    BusinessStatus,
    Certificate,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.money import Dong
from market.values.text import fold, marked_words, slug
from tests.rows import enter

HERE = Path(__file__).parent
THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
GOODS = 5_000

OWNERS = word_list(
    """
ông Sáu, chị Mận, bác Hợi, cô Út, bà Nhài, anh Cường, bà Thìn, ông Quyết, cô Lụa, chị Dậu, anh Khoát, bà Vân, ông Bính,
cô Xuyến, chị Thơ, bác Toản, anh Duẩn, bà Cúc, ông Lợi, chị Huệ
"""
)
SIGNS = ("Nhà {}", "Vườn {}", "Gian hàng {}", "Gà đồi {}", "Cá sông {}", "Rau sạch {}", "Đặc sản {}")
QUALITIES = {
    "OCOP-01": ("ngọt", "giòn", "sạch", "nhà trồng", "vụ mới", "loại một", ""),
    "OCOP-02": ("nhà nuôi", "tươi sống", "sạch", ""),
    "OCOP-03": ("vụ mới", "loại một", "sạch", ""),
    "": ("cổ truyền", "loại một", "nhà làm", ""),
}
PACKS = {
    "OCOP-01": ("thùng 10 kg", "bao 10 kg", "túi 1 kg", "thùng 5 kg", "", ""),
    "OCOP-02": ("hộp 500 g", "túi 1 kg", "", ""),
    "OCOP-03": ("túi 5 kg", "bao 10 kg", "túi 2 kg", "túi 1 kg"),
    "OCOP-09": ("chai 500 ml", "chai 1 lít"),
    "OCOP-04": ("chai 500 ml", "chai 1 lít"),
    "OCOP-14": ("chai 500 ml", "chai 1 lít"),
    "trứng": ("vỉ 10 quả", "vỉ 30 quả"),
    "": ("hộp 500 g", "túi 500 g", "túi 200 g", ""),
}
SAID = (
    "Hàng nhà làm, sáng thu hoạch chiều giao ở nhà văn hóa thôn.",
    "Nên ngâm nước muối loãng trước khi nấu canh hay xào tỏi.",
    "Ăn với bánh đúc, thịt luộc, rau cần đều ngon, trẻ con cũng thích.",
    "Nhà tự làm từ khâu đầu, không phẩm màu, để ngăn mát được ba ngày.",
    "Chăm bằng ngô, thóc và cám gạo, không thuốc. Dặn trước một hôm.",
    "Rửa sạch rồi kho với lá gừng, ớt, thêm ít nước mắm là vừa miệng.",
)
CERTIFICATES = ("OCOP 3 sao", "VietGAP", "Hữu cơ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """What a person would say of one thing on the market; `pack` and `quality` as its name has them."""

    name: str
    is_a: frozenset[str]
    of: frozenset[str]
    near: frozenset[str]
    quality: str = ""
    pack: str = ""
    seller: str = ""
    hamlet: str = ""
    certificates: frozenset[str] = frozenset()
    months: frozenset[int] = frozenset()


@dataclass(slots=True)
class Market:
    """A commune's goods by id, as they are judged."""

    commune: int
    goods: dict[int, Good] = field(default_factory=dict)


DEMO_SELLERS = {
    "Rau bà Lan": "bà Lan",
    "Rươi anh Tư": "anh Tư",
    "Tranh thêu Xuân Nẻo cô Thêu": "cô Thêu",
    "Chả rươi cô Hoa": "cô Hoa",
    "Mắm cáy bà Thắm": "bà Thắm",
}
DEMO_CERTIFIED = {
    "gao-bai-ruoi": "OCOP",
    "cha-ruoi": "OCOP",
    "nep-cai-hoa-vang": "VietGAP",
    "nep-tui-5kg": "VietGAP",
    "nam-so": "VietGAP",
}


def fill(connection: Connection, seed: int) -> Market:
    """Judge the demonstration that is there, and enter the generated goods beside it."""
    market = Market(commune=connection.scalars(select(Commune.id)).one())
    market.goods |= _demonstration(connection)
    market.goods |= _generated(connection, market.commune, random.Random(seed))
    return market


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _tags(row: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {
        mine: frozenset(filter(None, (row[theirs] or "").split(";")))
        for mine, theirs in (("is_a", "is"), ("of", "of"), ("near", "near"))
    }


def _months(season: str) -> frozenset[int]:
    if not season:
        return frozenset()
    first, last = map(int, season.split("-"))
    return frozenset((first + step - 1) % 12 + 1 for step in range((last - first) % 12 + 1))


def _demonstration(connection: Connection) -> Iterator[tuple[int, Good]]:
    with (HERE.parents[1] / "seeds" / "products.csv").open(encoding="utf-8", newline="") as file:
        seeds = {row["name"]: row for row in csv.DictReader(file)}
    judged = {row["key"]: row for row in table("demonstration.csv")}
    query = select(Product.id, Product.name, Business.name, Hamlet.name)
    query = query.join(Stall, Stall.id == Product.stall_id).join(Business, Business.id == Stall.business_id)
    for product_id, name, business, hamlet in connection.execute(query.join(Hamlet, Hamlet.id == Business.hamlet_id)):
        row = seeds[name]
        if row["key"] in judged:
            season = f"{row['season_from']}-{row['season_to']}" if row["season_from"] else ""
            yield (
                product_id,
                Good(
                    name=name,
                    **_tags(judged[row["key"]]),
                    pack=name.rpartition(", ")[2],
                    seller=DEMO_SELLERS.get(business, ""),
                    hamlet=hamlet.removeprefix("thôn "),
                    certificates=frozenset(filter(None, [DEMO_CERTIFIED.get(row["key"])])),
                    months=_months(season),
                ),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shop:
    stall: int
    owner: str
    hamlet: str
    certified: Mapping[str, str]
    """The head of each name that a paper of its covers, with the paper's kind."""


def _generated(connection: Connection, commune: int, dice: random.Random) -> Iterator[tuple[int, Good]]:
    heads = table("heads.csv")
    shops = _shops(connection, commune, [head["name"] for head in heads], dice)
    kinds = dict(connection.execute(select(Category.code, Category.id)).all())
    goods = [(_good(dice.choice(heads), dice.choice(shops), dice)) for _ in range(GOODS)]
    rows = [_product(commune, shop, good, kinds[head["kind"]], head, dice) for good, shop, head in goods]
    ids = enter(connection, Product, rows)
    own = [(product, goods[at][1].stall) for at, product in enumerate(ids)]
    enter(connection, Photo, [_photo(commune, product, stall) for product, stall in own])
    enter(connection, Variant, [_variant(commune, product, stall, dice) for product, stall in own])
    yield from zip(ids, (good for good, _, _ in goods), strict=True)


def _good(head: Mapping[str, str], shop: _Shop, dice: random.Random) -> tuple[Good, _Shop, Mapping[str, str]]:
    kind = head["kind"]
    quality = dice.choice(QUALITIES.get(kind, QUALITIES[""]))
    pack = dice.choice(PACKS["trứng"] if head["name"].startswith("Trứng") else PACKS.get(kind, PACKS[""]))
    place = shop.hamlet if dice.random() < 0.3 else ""
    name = " ".join(filter(None, (head["name"], quality, place))) + (f", {pack}" if pack else "")
    paper = shop.certified.get(head["name"], "").replace("OCOP 3 sao", "OCOP").replace("Hữu", "hữu")
    return (
        Good(
            name=name,
            **_tags(head),
            quality=quality,
            pack=pack,
            seller=shop.owner,
            hamlet=shop.hamlet,
            certificates=frozenset(filter(None, [paper])),
            months=_months(head["season"]),
        ),
        shop,
        head,
    )


def _shops(connection: Connection, commune: int, heads: list[str], dice: random.Random) -> list[_Shop]:
    hamlets = (
        connection.execute(select(Hamlet.id, Hamlet.name).where(Hamlet.commune_id == commune).order_by(Hamlet.id))
        .tuples()
        .all()
    )
    officer = connection.scalars(select(Person.id).order_by(Person.id).limit(1)).one()
    homes = [dice.choice(hamlets) for _ in OWNERS]
    names = [dice.choice(SIGNS).format(owner) for owner in OWNERS]
    businesses = enter(
        connection,
        Business,
        [_business(commune, home, name, owner) for (home, _), name, owner in zip(homes, names, OWNERS, strict=True)],
    )
    enter(connection, Verification, [_verification(business, officer) for business in businesses])
    stalls = enter(connection, Stall, [_stall(commune, *pair) for pair in zip(businesses, names, strict=True)])
    shops = []
    for at, stall in enumerate(stalls):
        certified = {head: dice.choice(CERTIFICATES) for head in dice.sample(heads, 25)}
        papers = [_certificate(businesses[at], head, kind, officer) for head, kind in certified.items()]
        enter(connection, Certificate, papers)
        hamlet = homes[at][1].removeprefix("thôn ")
        shops.append(_Shop(stall=stall, owner=OWNERS[at], hamlet=hamlet, certified=certified))
    return shops


# --- rows ------------------------------------------------------------------------------------------------------------

Row = dict[str, object]


def _business(commune: int, hamlet: int, name: str, owner: str) -> Row:
    return {
        "commune_id": commune,
        "hamlet_id": hamlet,
        "kind": BusinessKind.HOUSEHOLD_BUSINESS,
        "status": BusinessStatus.ACTIVE,
        "name": name,
        "folded": fold(name),
        "owner_name": f"Nguyễn {owner.split()[1]}",
        "owner_folded": fold(f"Nguyễn {owner.split()[1]}"),
        "created_at": THEN,
        "updated_at": THEN,
    }


def _verification(business: int, officer: int) -> Row:
    return {
        "business_id": business,
        "state": VerificationState.VERIFIED,
        "full_name": "Nguyễn Văn A",
        "paper": "CCCD",
        "verified_by": officer,
        "verified_at": THEN,
    }


def _stall(commune: int, business: int, name: str) -> Row:
    state = {"state": StallState.OPEN, "opened_at": THEN}
    return {"commune_id": commune, "business_id": business, "slug": slug(f"{name} {business}"), "name": name, **state}


def _certificate(business: int, scope: str, kind: str, officer: int) -> Row:
    return {
        "business_id": business,
        "kind": kind,
        "number": f"GC-{business}",
        "issuer": "UBND thành phố",
        "scope": scope,
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
        "checked_by": officer,
        "checked_at": THEN,
    }


def _product(commune: int, shop: _Shop, good: Good, category: int, head: Mapping[str, str], dice: random.Random) -> Row:
    season = head["season"].split("-") if head["season"] else (None, None)
    return {
        "commune_id": commune,
        "stall_id": shop.stall,
        "category_id": category,
        "name": good.name,
        "folded": fold(good.name),
        "marked": marked_words(good.name),
        "slug": slug(good.name),
        "description": dice.choice(SAID),
        "state": ProductState.APPROVED,
        "is_hidden": False,
        "season_from": season[0] and int(season[0]),
        "season_to": season[1] and int(season[1]),
        "created_at": THEN,
        "updated_at": THEN,
    }


def _photo(commune: int, product: int, stall: int) -> Row:
    return {
        "commune_id": commune,
        "product_id": product,
        "stall_id": stall,
        "key": f"photo/judged-{product:020d}.webp",
        "position": 0,
        "width": 1280,
        "height": 960,
        "created_at": THEN,
    }


def _variant(commune: int, product: int, stall: int, dice: random.Random) -> Row:
    return {
        "commune_id": commune,
        "product_id": product,
        "stall_id": stall,
        "label": "",
        "sku": f"J{product}",
        "unit": "kg",
        "price": Dong(dice.randrange(5, 600) * 1000),
        "on_hand": None,
        "reserved": 0,
        "is_sold_out": dice.random() < 0.1,
    }
