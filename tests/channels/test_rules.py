"""What a marketplace would refuse is said beforehand, in the seller's own words."""

import pytest

from market.channels.formats.shopee import layout as shopee
from market.channels.formats.tiktok import layout as tiktok
from market.channels.rules import (
    ChannelLimits,
    ChannelListing,
    FilledRows,
    Refusal,
    listed_description,
    listed_name,
    reasons_against,
)
from tests.channels.templates import listing, single


def against(rice: ChannelListing, limits: ChannelLimits = shopee.LIMITS) -> str:
    return " ".join(reasons_against(rice, limits))


def one(**changes: object) -> ChannelListing:
    return listing(tiers=(), variants=(single(**changes),))


def packs(*prices: int) -> ChannelListing:
    return listing(variants=tuple(single(sku=f"P{price}", price=price, options=(f"{price}",)) for price in prices))


@pytest.mark.parametrize("limits", [shopee.LIMITS, tiktok.LIMITS])
def test_nothing_speaks_against_good_rice(limits: ChannelLimits) -> None:
    assert against(listing(), limits) == ""


@pytest.mark.parametrize(
    ("name", "limits", "goes"),
    [
        ("Gạo nếp Đ", shopee.LIMITS, False),
        ("Gạo nếp ĐS", shopee.LIMITS, True),
        ("G" * 120, shopee.LIMITS, True),
        ("G" * 121, shopee.LIMITS, False),
        ("G" * 24, tiktok.LIMITS, False),
        ("G" * 25, tiktok.LIMITS, True),
        ("G" * 255, tiktok.LIMITS, True),
        ("G" * 256, tiktok.LIMITS, False),
    ],
)
def test_a_name_must_fit_the_marketplace(name: str, limits: ChannelLimits, goes: bool) -> None:
    assert ("Tên hàng" not in against(listing(name=name), limits)) is goes


def test_a_short_name_is_lengthened_by_true_facts_only_where_needed() -> None:
    rice = listing(name="Gạo nếp cái hoa vàng", name_suffix="thôn Thượng, xã Đại Sơn")
    assert listed_name(rice, shopee.LIMITS) == "Gạo nếp cái hoa vàng"
    assert listed_name(rice, tiktok.LIMITS) == "Gạo nếp cái hoa vàng thôn Thượng, xã Đại Sơn"


@pytest.mark.parametrize(
    ("length", "suffix", "listed"),
    [(24, "xã Đại Sơn", "G" * 24 + " xã Đại Sơn"), (25, "xã Đại Sơn", "G" * 25), (24, "", "G" * 24)],
)
def test_a_name_is_lengthened_up_to_the_least_length_alone(length: int, suffix: str, listed: str) -> None:
    assert listed_name(listing(name="G" * length, name_suffix=suffix), tiktok.LIMITS) == listed


def test_a_name_still_too_short_is_told() -> None:
    assert "Tên hàng mới có 11 ký tự, sàn cần ít nhất 25" in against(
        listing(name="Rươi", name_suffix="Đại Sơ"), tiktok.LIMITS
    )


@pytest.mark.parametrize(("length", "goes"), [(99, False), (100, True), (3_000, True), (3_001, False)])
def test_shopees_description_has_its_bounds(length: int, goes: bool) -> None:
    assert ("Phần mô tả" not in against(listing(description="g" * length))) is goes


def test_the_trace_code_counts_in_the_description_and_brings_no_address() -> None:
    rice = listing(description="g" * 2_990, trace_code="D7K2M")
    assert "sàn chỉ nhận 3000" in against(rice)
    assert listed_description(rice).endswith("Mã truy xuất: D7K2M")
    assert "http" not in listed_description(rice)


@pytest.mark.parametrize(
    ("price", "limits", "goes"),
    [
        (999, shopee.LIMITS, False),
        (1_000, shopee.LIMITS, True),
        (120_000_000, shopee.LIMITS, True),
        (120_000_001, shopee.LIMITS, False),
        (0, tiktok.LIMITS, False),
        (1, tiktok.LIMITS, True),
        (180_000_000, tiktok.LIMITS, True),
        (180_000_001, tiktok.LIMITS, False),
    ],
)
def test_a_price_must_lie_in_the_marketplaces_range(price: int, limits: ChannelLimits, goes: bool) -> None:
    assert ("Giá phải từ" not in against(one(price=price), limits)) is goes


def test_the_range_of_prices_is_written_the_vietnamese_way() -> None:
    assert "Giá phải từ 1.000 đến 120.000.000 đồng." in against(one(price=1))


def test_shopees_dearest_pack_costs_at_most_five_times_the_cheapest() -> None:
    assert "5 lần" not in against(packs(10_000, 50_000))
    assert "5 lần" in against(packs(10_000, 50_001))
    assert "5 lần" not in against(packs(10_000, 90_000), tiktok.LIMITS)


@pytest.mark.parametrize(
    ("stock", "sentence"), [(None, "hãy ghi số"), (-1, "từ 0 đến"), (10_000_001, "từ 0 đến 10.000.000")]
)
def test_stock_must_be_a_number_the_marketplace_takes(stock: int | None, sentence: str) -> None:
    assert sentence in against(one(stock=stock))


@pytest.mark.parametrize("stock", [0, 10_000_000])
def test_a_sold_out_product_may_go_and_the_largest_stock_too(stock: int) -> None:
    assert against(one(stock=stock)) == ""


@pytest.mark.parametrize(("stock", "sentence"), [(None, "hãy ghi số"), (-1, "Số lượng còn phải")])
def test_one_pack_whose_stock_cannot_go_is_enough(stock: int | None, sentence: str) -> None:
    mixed = listing(variants=(single(sku="A", options=("1 kg",)), single(sku="B", options=("2 kg",), stock=stock)))
    [found] = reasons_against(mixed, shopee.LIMITS)
    assert sentence in found


@pytest.mark.parametrize(
    ("sku", "sentence"),
    [("", "chưa có mã hàng"), ("GẠO", "không dấu"), ("G" * 101, "100 ký tự"), ("A\nB", "không dấu")],
)
def test_a_sku_is_short_and_plain(sku: str, sentence: str) -> None:
    assert sentence in against(one(sku=sku))


@pytest.mark.parametrize(("sku", "sentence"), [("", "chưa có mã hàng"), ("GẠO", "không dấu"), ("G" * 101, "100 ký tự")])
def test_one_sku_that_cannot_go_is_enough(sku: str, sentence: str) -> None:
    mixed = listing(variants=(single(sku="A", options=("1 kg",)), single(sku=sku, options=("2 kg",))))
    assert sentence in against(mixed)


def test_a_sku_may_be_as_long_as_the_marketplace_takes() -> None:
    assert against(one(sku="G" * 100)) == ""
    assert against(one(sku="G" * 50), tiktok.LIMITS) == ""
    assert "50 ký tự" in against(one(sku="G" * 51), tiktok.LIMITS)


def test_two_packs_need_two_skus_and_two_names() -> None:
    twice = listing(variants=(single(options=("1 kg",)), single(options=("1 kg",))))
    assert "trùng mã hàng" in against(twice)
    assert "trùng tên phân loại" in against(twice)


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        ((), "Chưa có ảnh"),
        (("https://a/1.jpg",) * 10, "nhiều nhất 9"),
        (("/1.jpg",), "địa chỉ công khai"),
    ],
)
def test_images_are_one_to_nine_public_addresses(images: tuple[str, ...], sentence: str) -> None:
    assert sentence in against(listing(images=images))


def test_nine_pictures_go_and_one_without_a_public_address_is_enough_to_stay() -> None:
    assert against(listing(images=("https://a/1.jpg",) * 9)) == ""
    assert "địa chỉ công khai" in against(listing(images=("https://a/1.jpg", "/2.jpg")))


@pytest.mark.parametrize(("side", "goes"), [(499, False), (500, True), (None, True)])
def test_a_picture_is_not_blurred(side: int | None, goes: bool) -> None:
    assert ("nhỏ hơn 500 điểm ảnh" not in against(listing(image_side=side))) is goes


def test_what_the_market_does_not_show_does_not_go() -> None:
    assert "chưa hiện trên chợ" in against(listing(is_public=False))


def test_the_parcel_is_weighed_where_the_marketplace_asks_and_never_weighs_nothing() -> None:
    assert "cân nặng" in against(listing(weight_grams=None), tiktok.LIMITS)
    assert against(listing(weight_grams=None)) == ""
    assert "lớn hơn 0 gam" in against(listing(weight_grams=0))
    assert against(listing(weight_grams=1), tiktok.LIMITS) == ""


def test_a_parcel_has_three_sides() -> None:
    assert "dài, rộng, cao" in against(listing(size_cm=(10, 0, 5)))
    assert against(listing(size_cm=(10, 1, 5))) == ""


def test_a_product_without_variants_does_not_go() -> None:
    assert "Chưa có loại nào" in against(listing(variants=()))


@pytest.mark.parametrize(("limits", "most"), [(shopee.LIMITS, 50), (tiktok.LIMITS, 300)])
def test_no_more_variants_go_than_the_marketplace_takes(limits: ChannelLimits, most: int) -> None:
    """Sixty combinations are too many for Shopee (field B05)."""
    assert f"nhiều nhất {most}" in against(packs(*range(1_000, 1_001 + most)), limits)
    assert against(packs(*range(1_000, 1_000 + most)), limits) == ""


@pytest.mark.parametrize(
    ("tiers", "options", "sentence"),
    [
        (("Loại", "Cỡ", "Màu"), ("a", "b", "c"), "3 nhóm phân loại"),
        (("",), ("a",), "từ 1 đến 20"),
        (("L" * 21,), ("a",), "từ 1 đến 20"),
        (("Loại",), (), "chưa ghi đủ"),
        ((), ("a",), "chưa ghi đủ"),
        (("Loại",), ("",), "chưa ghi đủ"),
        (("Loại",), ("o" * 51,), "dài quá 50"),
    ],
)
def test_choices_are_named_within_the_marketplaces_bounds(
    tiers: tuple[str, ...], options: tuple[str, ...], sentence: str
) -> None:
    assert sentence in against(listing(tiers=tiers, variants=(single(options=options),)), tiktok.LIMITS)


@pytest.mark.parametrize(
    ("tiers", "options", "sentence"),
    [
        (("Loại", ""), ("a", "b"), "từ 1 đến 20"),
        (("Loại", "Cỡ"), ("a", ""), "chưa ghi đủ"),
        (("Loại", "Cỡ"), ("a",), "chưa ghi đủ"),
        (("Loại", "Cỡ"), ("a", "o" * 51), "dài quá 50"),
    ],
)
def test_one_wrong_name_among_several_is_enough(
    tiers: tuple[str, ...], options: tuple[str, ...], sentence: str
) -> None:
    right = single(options=("x", "y"))
    assert against(listing(tiers=("Loại", "Cỡ"), variants=(right,)), tiktok.LIMITS) == ""
    wrong = listing(tiers=tiers, variants=(right, single(sku="B", options=options)))
    [found] = reasons_against(wrong, tiktok.LIMITS)
    assert sentence in found


def test_packs_without_a_tier_have_no_names_that_could_be_the_same() -> None:
    assert "trùng tên" not in against(listing(tiers=(), variants=(single(), single(sku="B"))))


def test_a_choice_s_name_may_be_as_long_as_the_marketplace_takes() -> None:
    for limits, most in ((shopee.LIMITS, 20), (tiktok.LIMITS, 50)):
        assert against(listing(tiers=("L" * 20,), variants=(single(options=("o" * most,)),)), limits) == ""
        assert "dài quá" in against(listing(tiers=("L" * 20,), variants=(single(options=("o" * (most + 1),)),)), limits)
    vacuum = listing(variants=(single(options=("Túi hút chân không loại 1 kg đặc biệt",)),))
    assert "“Túi hút chân không loại 1 kg đặc biệt” dài quá 20 ký tự" in against(vacuum), "field B05"


def test_one_pack_out_of_the_range_is_enough() -> None:
    assert "Giá phải từ" in against(packs(60_000_000, 120_000_001))
    assert "Giá phải từ" in against(packs(999, 2_000))


def test_several_packs_need_the_name_of_their_choice() -> None:
    assert "chưa đặt tên nhóm" in against(listing(tiers=(), variants=(single(), single(sku="B"))))


def test_reasons_are_those_of_the_product_asked_for() -> None:
    told = tuple(Refusal(listing=listing(product_id=number), reasons=(f"lý do {number}",)) for number in (1, 2))
    filled = FilledRows(rows=(), refused=told)
    assert [filled.reasons_for(number) for number in (1, 2, 3)] == [("lý do 1",), ("lý do 2",), ()]
