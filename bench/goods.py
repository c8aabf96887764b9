"""A market as large as asked: businesses, stalls and goods with plausible names, written straight into the tables."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from market.accounts.models import Person
from market.catalog.models import Category, Photo, Product, ProductState, Variant
from market.places.models import Commune, CommuneMode, Hamlet
from market.sellers.models import (
    Business,
    BusinessKind,
    BusinessStatus,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.money import Dong
from market.values.phone import Phone
from market.values.text import fold, marked_words, slug, sort_key
from tests.rows import enter

THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def word_list(text: str) -> list[str]:
    """The words of a text, parted by commas."""
    return [name.strip() for name in text.replace("\n", " ").split(",")]


GOODS = word_list(
    """
gạo nếp, gạo tẻ, gạo lứt, gạo tám thơm, nếp cái hoa vàng, rươi tươi, chả rươi, rươi kho niêu, cáy sống,
mắm cáy, mắm tôm, nước mắm cốt, tôm rảo, tép đồng, cá trắm, cá chép giòn, cá rô đồng, cá quả, cà ra, cua đồng,
ốc nhồi, vải thiều, nhãn lồng, ổi lê, chuối tiêu, chuối tây, bưởi diễn, cam đường canh, dưa lê, dưa hấu,
dưa chuột, su hào, cà rốt, bắp cải, súp lơ, hành lá, hành khô, tỏi tía, tỏi một, gừng ta, nghệ vàng, rau muống,
rau ngót, rau cải ngọt, cải bẹ, mồng tơi, rau dền, bí xanh, bí đỏ, mướp hương, khoai lang, khoai tây, khoai sọ,
sắn dây, đậu xanh, đậu đen, đậu tương, đậu đũa, lạc đỏ, vừng đen, ngô nếp, ngô ngọt, nấm sò, nấm rơm, mộc nhĩ,
gà ta, gà đồi, vịt bầu, ngan dé, bồ câu non, trứng gà, trứng vịt, trứng cút, thịt lợn mán, thịt bò, giò lụa,
chả quế, nem chua, bánh chưng, bánh gai, bánh đậu xanh, bánh đa, bún khô, miến dong, mật ong, rượu nếp,
trà sen, chè vằng, tinh bột nghệ, dầu lạc, dầu vừng, tương bần, dưa muối, cà pháo muối, mơ ngâm, dâu tằm,
hoa cúc, quất cảnh, đào cảnh, tranh thêu, khăn thêu, nón lá, chiếu cói, rổ tre, thúng mây, chổi đót
"""
)
KINDS = word_list(
    """
non, bánh tẻ, loại một, loại đặc biệt, mới thu hoạch, cắt sáng nay, phơi nắng, sấy khô, sấy lạnh, cấp đông,
hút chân không, ngâm muối, rang mộc, xay mịn, nguyên hạt, nguyên con, làm sạch, thả vườn, nuôi tự nhiên,
không phun thuốc, hữu cơ, đạt chuẩn, truyền thống, gia truyền, nhà làm, đầu mùa, cuối vụ, vụ đông, vụ chiêm,
vụ mùa, biếu tết, quà quê, thơm dẻo, ngọt bùi, giòn tan, đỏ tươi, vàng óng
"""
)
PLACES = word_list(
    """
Nghĩa Dũng, Mỗ Đoạn, Đông Phong, Xuân Nẻo, Bình Lãng, Hưng Đạo, Đại Sơn, Thanh Hải, Lạc Dục, Ô Mễ, Nhũ Tỉnh,
Tứ Kỳ, bãi sông, đất bãi, ruộng rươi, vườn nhà, chợ quê, sông Thái Bình, Cầu Xe, Quảng Nghiệp
"""
)
PACKS = word_list(
    """
túi 5 kg, túi 1 kg, hộp 500 g, chai 1 lít, bó to, thùng 10 kg, khay 6 quả, lọ nhỏ, gói nửa cân, mớ lớn
"""
)
STALLS = 200


def names(count: int, seed: int = 11086) -> Iterator[str]:
    """Names of three to nine words, no two alike more often than in a real market."""
    dice = random.Random(seed)
    for _ in range(count):
        parts = [dice.choice(GOODS), dice.choice(KINDS)]
        if dice.random() < 0.7:
            parts.append(dice.choice(PLACES))
        if dice.random() < 0.4:
            parts.append(dice.choice(PACKS))
        name = " ".join(parts)
        yield name[0].upper() + name[1:]


def fill(connection: Connection, count: int) -> int:
    """Enter one commune with 200 stalls, 26 categories and `count` goods of one variant; answers the commune's id."""
    (commune,) = enter(connection, Commune, [COMMUNE])
    hamlets = enter(
        connection,
        Hamlet,
        [
            _at(commune, name=f"thôn {p}", slug=slug(p), sort_key=sort_key(p), certainty="confirmed", is_active=True)
            for p in PLACES
        ],
    )
    officer = enter(connection, Person, [_at(commune, name="Cán bộ", phone=Phone("0900000001"), created_at=THEN)])[0]
    businesses = enter(connection, Business, [_business(commune, hamlets, i) for i in range(STALLS)])
    enter(connection, Verification, [_verification(business, officer) for business in businesses])
    stalls = enter(connection, Stall, [_stall(commune, business, i) for i, business in enumerate(businesses)])
    fill_goods(connection, commune, stalls, count)
    return commune


def fill_city(connection: Connection, communes: int, each: int) -> list[int]:
    """Enter so many communes of 20 stalls, whose goods stand mixed as they would come; answers the communes' ids."""
    categories = enter(connection, Category, [_category(i) for i in range(26)])
    places = [_enter_place(connection, number) for number in range(communes)]
    dice, goods = random.Random(each), []
    for i, name in enumerate(names(communes * each)):
        commune, stalls = places[i % communes]
        stall, category = stalls[i // communes % len(stalls)], categories[i // communes % len(categories)]
        goods.append(_at(commune, stall_id=stall, category_id=category, **_product(name)))
    stall_ids = [good["stall_id"] for good in goods]
    ids = enter(connection, Product, goods)
    whose = [int(str(good["commune_id"])) for good in goods]
    placed = list(zip(whose, ids, stall_ids, strict=True))
    enter(connection, Photo, [_at(commune, **_photo(product, stall)) for commune, product, stall in placed])
    enter(connection, Variant, [_at(commune, **_variant(product, stall, dice)) for commune, product, stall in placed])
    return [commune for commune, _ in places]


def _enter_place(connection: Connection, number: int) -> tuple[int, list[int]]:
    """A commune and its stalls."""
    its_own = {"code": f"{20_000 + number}", "letters": f"{chr(65 + number // 26)}{chr(65 + number % 26)}"}
    (commune,) = enter(connection, Commune, [COMMUNE | its_own | {"host": f"xa-{number}.test"}])
    hamlet = _at(commune, name="thôn Đông", slug="dong", sort_key="dong", certainty="confirmed", is_active=True)
    hamlets = enter(connection, Hamlet, [hamlet])
    person = _at(commune, name="Cán bộ", phone=Phone(f"0902{number:06d}"), created_at=THEN)
    (officer,) = enter(connection, Person, [person])
    businesses = enter(connection, Business, [_business(commune, hamlets, i) for i in range(STALLS // 10)])
    enter(connection, Verification, [_verification(business, officer) for business in businesses])
    return commune, enter(connection, Stall, [_stall(commune, one, i) for i, one in enumerate(businesses)])


def fill_goods(connection: Connection, commune: int, stalls: Sequence[int], count: int) -> None:
    """Enter 26 categories and `count` goods of one variant, three of four in the first category."""
    categories = enter(connection, Category, [_category(i) for i in range(26)])
    dice = random.Random(count)
    goods: list[dict[str, object]] = []
    for i, name in enumerate(names(count)):
        stall, category = stalls[i % len(stalls)], categories[0] if i % 4 else categories[i % len(categories)]
        goods.append(_at(commune, stall_id=stall, category_id=category, **_product(name)))
    ids = enter(connection, Product, goods)
    enter(
        connection, Photo, [_at(commune, **_photo(product, stalls[i % len(stalls)])) for i, product in enumerate(ids)]
    )
    variants = [_at(commune, **_variant(product, stalls[i % len(stalls)], dice)) for i, product in enumerate(ids)]
    enter(connection, Variant, variants)


def _at(commune: int, **fields: object) -> dict[str, object]:
    return {"commune_id": commune} | fields


COMMUNE: dict[str, object] = {
    "code": "11086",
    "name": "xã Đại Sơn",
    "province_code": "31",
    "province_name": "thành phố Hải Phòng",
    "office_name": "Phòng Kinh tế xã Đại Sơn",
    "office_phone": Phone("02203000000"),
    "letters": "DS",
    "mode": CommuneMode.ORDERING,
}


def _business(commune: int, hamlets: list[int], i: int) -> dict[str, object]:
    name = f"Hộ {PLACES[i % len(PLACES)]} {i}"
    return _at(
        commune,
        hamlet_id=hamlets[i % len(hamlets)],
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        status=BusinessStatus.ACTIVE,
        name=name,
        folded=fold(name),
        phone=Phone(f"0901{i:06d}"),
        created_at=THEN,
        updated_at=THEN,
    )


def _verification(business: int, officer: int) -> dict[str, object]:
    return {
        "business_id": business,
        "state": VerificationState.VERIFIED,
        "full_name": "Nguyễn Văn A",
        "paper": "CCCD",
        "verified_by": officer,
        "verified_at": THEN,
    }


def _stall(commune: int, business: int, i: int) -> dict[str, object]:
    return _at(
        commune,
        business_id=business,
        slug=f"gian-{i}",
        name=f"Gian hàng {i}",
        state=StallState.OPEN,
        opened_at=THEN,
        accepts_by_itself=False,
        delivers_in_commune=True,
        delivery_fee=Dong(10_000),
        ships_outside=False,
        shipping_fee=Dong(0),
        accepts_card=False,
    )


def _category(i: int) -> dict[str, object]:
    return {"code": f"BENCH{i}", "name": f"Nhóm {i}", "slug": f"nhom-{i}", "level": 3, "position": i}


def _product(name: str) -> dict[str, object]:
    return {
        "name": name,
        "folded": fold(name),
        "marked": marked_words(name),
        "slug": slug(name),
        "description": "Hàng nhà làm, sáng thu hoạch chiều giao ở nhà văn hóa thôn.",
        "state": ProductState.APPROVED,
        "is_hidden": False,
        "created_at": THEN,
        "updated_at": THEN,
    }


def _photo(product: int, stall: object) -> dict[str, object]:
    key = f"photo/benchmark-{product:020d}.webp"
    return {
        "product_id": product,
        "stall_id": stall,
        "key": key,
        "position": 0,
        "width": 1280,
        "height": 960,
        "is_illustration": False,
        "created_at": THEN,
    }


def _variant(product: int, stall: object, dice: random.Random) -> dict[str, object]:
    """One in ten is sold out, one in three is not counted."""
    counted = dice.choice((None, 12_000, 40_000))
    return {
        "product_id": product,
        "stall_id": stall,
        "label": "",
        "sku": f"SP{product}",
        "unit": dice.choice(("kg", "kg", "tui", "mo", "hop")),
        "price": Dong(dice.randrange(5, 600) * 1000),
        "on_hand": counted,
        "reserved": 0,
        "is_sold_out": dice.random() < 0.1,
    }
