"""No column of a template is a dead end: the template's own word for no brand, its own limits, else one question (field
B01, B02, B05)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from market.channels.asking import asked_columns, limit_questions, questions_for
from market.channels.formats import to_rows
from market.channels.formats.shopee import layout as shopee
from market.channels.rules import (
    ChannelLimits,
    TemplateManifest,
    reason_against_answer,
    told_limits,
    unsaid_limits,
    with_answers,
)
from tests.channels.templates import (
    SHOPEE_TOKENS,
    TIKTOK_KEYS,
    Maker,
    listing,
    read_template,
    shopee_tabs,
    single,
    tiktok_tabs,
)

RICE = "Thực phẩm/Gạo (700648)"
BRAND = [*SHOPEE_TOKENS, "ps_brand|1|0"]
Tabs = dict[str, list[list[str]]]


def shopee_of(tokens: Sequence[str] = SHOPEE_TOKENS, more: Mapping[str, list[list[str]]] | None = None, **rules: str):
    return read_template(Maker().make(shopee_tabs(tokens, **rules) | dict(more or {})))


def tiktok_of(keys: Sequence[str], required: Sequence[str], told: Mapping[str, str], more: Tabs | None = None):
    tabs = tiktok_tabs(keys, required=required)
    tabs["Template"][4] = [told.get(key, "") for key in keys]
    return read_template(Maker().make(tabs | (more or {})))


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ("", "No Brand"),
        ("Bắt buộc. Nếu không có thương hiệu, điền “NoBrand”.", "NoBrand"),
        ("Điền 0 nếu không có thương hiệu", "0"),
        ('Nếu sản phẩm không có thương hiệu, vui lòng nhập "0"', "0"),
        ("Select a brand, or fill in No Brand", "No Brand"),
        ("Không có thương hiệu thì chọn “Không thương hiệu”", "Không thương hiệu"),
        ("Ghi tên thương hiệu", "No Brand"),
    ],
)
def test_a_brand_that_must_be_there_gets_the_templates_own_word_for_none(told: str, word: str) -> None:
    manifest = shopee_of(BRAND, ps_brand=told)
    filled = to_rows([listing()], manifest)
    assert filled.refused == ()
    assert {row["ps_brand"] for row in filled.rows} == {word}


def test_the_word_may_stand_on_a_hidden_sheet_of_brands() -> None:
    manifest = shopee_of(BRAND, {"HiddenShopBrand": [["Vinamilk", "0-No Brand", "TH"]]})
    assert manifest.no_brand == "0-No Brand"


def test_a_brand_of_the_sellers_own_goes_before() -> None:
    for goods in (listing(brand="Gạo bà Lan"), listing(answers={"ps_brand": "Gạo bà Lan"})):
        assert to_rows([goods], shopee_of(BRAND)).rows[0]["ps_brand"] == "Gạo bà Lan"


def test_tiktoks_brand_is_left_out_where_it_may_and_none_where_it_must_be_there() -> None:
    keys = [*TIKTOK_KEYS, "product_property/100107"]
    free = tiktok_of(keys, ("category",), {})
    assert "brand" not in to_rows([listing(category=RICE)], free).rows[0]
    must = tiktok_of(keys, ("category", "brand"), {"brand": "Không có thương hiệu thì nhập “No brand (0)”"})
    assert to_rows([listing(category=RICE)], must).rows[0]["brand"] == "No brand (0)"


def test_a_brand_is_known_by_its_label_too() -> None:
    keys = [*TIKTOK_KEYS, "product_property/100107"]
    tabs = tiktok_tabs(keys, required=("category", "product_property/100107"))
    tabs["Template"][2][-1] = "Thương hiệu"
    row = to_rows([listing(category=RICE)], read_template(Maker().make(tabs))).rows[0]
    assert row["product_property/100107"] == "No brand"


@pytest.mark.parametrize(
    "token",
    [
        "ps_gtin_code",
        "ps_product_global_attribute.100037",
        "ps_length",
        "ps_product_pre_order_dts",
        "ps_new_size_chart",
    ],
)
def test_any_other_column_that_must_be_there_is_asked_once_and_then_goes(token: str) -> None:
    tokens = [*(one for one in SHOPEE_TOKENS if token not in one), f"{token}|1|0"]
    manifest = shopee_of(tokens)
    filled = to_rows([listing()], manifest)
    assert (filled.rows, filled.lacks) == ((), [token])
    assert asked_columns(manifest, filled, {}) == [token]
    answered = to_rows([listing(answers={token: "12"})], manifest)
    assert answered.refused == ()
    assert {str(row[token]) for row in answered.rows} == {"12"}


def test_a_column_is_asked_before_any_goods_are_ready_for_it() -> None:
    manifest = shopee_of([*SHOPEE_TOKENS, "ps_gtin_code|1|0"])
    assert asked_columns(manifest, to_rows([listing(images=())], manifest), {}) == ["ps_gtin_code"]
    assert asked_columns(shopee_of(), to_rows([listing()], shopee_of()), {}) == []


def test_pictures_that_must_be_there_are_asked_for_as_pictures() -> None:
    tokens = [*(one for one in SHOPEE_TOKENS if "ps_item_image_1" not in one), "ps_item_image_1|1|3"]
    [refused] = to_rows([listing(images=("https://a/1.jpg",))], shopee_of(tokens)).refused
    assert "mới có 1 ảnh: hãy thêm ảnh" in refused.reasons[0]


def test_a_template_for_one_category_needs_no_choice() -> None:
    tabs = shopee_tabs([token.replace("ps_category|0", "ps_category|1") for token in SHOPEE_TOKENS])
    tabs["Bản đăng tải"][1][:3] = ["advanced", "6513270e269e0d37f2a74de452e6b438", "100643"]
    assert to_rows([listing()], read_template(Maker().make(tabs))).rows[0]["ps_category"] == 100643


# --- limits


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "Tên từ 20 đến 100 ký tự", (20, 100)),
        ("name", "*Xin vui lòng nhập vào 5 đến 255 ký tự cho Tên sản phẩm.", (5, 255)),
        ("name", "Tối đa 80 ký tự", (10, 80)),
        ("name", "Between 25 and 255 characters", (25, 255)),
        ("name", "Không được quá 5 ký tự", (5, 5)),
        ("description", "Vui lòng nhập 20 đến 3.000 ký tự để mô tả", (20, 3000)),
        ("description", "Mô tả ít nhất 200 ký tự", (200, 3000)),
        ("price", "Giá trị từ 1.000 đến 99.000.000", (1_000, 99_000_000)),
        ("price", "Vui lòng nhập 1000 đến 120000000 để biết giá sản phẩm.", (1_000, 120_000_000)),
        ("sku", "Xin vui lòng nhập vào ít hơn 200 ký tự.", 199),
        ("option", "Up to 35 characters", 35),
        ("tier_name", "tối đa 14 ký tự", 14),
        ("stock", "Số lượng từ 0 đến 999.999", 999_999),
        ("images", "Tối đa 8 hình ảnh với kích thước từ 330x330 đến 5000x5000 px", 8),
        ("variants", "Tối đa 40 phân loại cho một sản phẩm", 40),
    ],
)
def test_a_limit_is_what_the_template_says(name: str, text: str, value: object) -> None:
    limits, told = told_limits(shopee.LIMITS, {name: text})
    assert getattr(limits, name) == value
    assert name in told


def test_how_many_times_the_cheapest_is_read_too() -> None:
    told = "Giá của sản phẩm đắt nhất chia cho giá của giới hạn sản phẩm rẻ nhất: 7"
    assert told_limits(shopee.LIMITS, {"price": told})[0].price_ratio == 7
    side = told_limits(shopee.LIMITS, {"images": "kích thước từ 330x330 đến 5000x5000 px"})[0].image_side
    assert side == 330


@pytest.mark.parametrize("text", ["", "mô tả", "Ví dụ: 35000 - 40000", "Nhập 2 dòng, 3 ý"])
def test_a_text_that_says_no_limit_changes_none(text: str) -> None:
    assert told_limits(shopee.LIMITS, {"name": text, "price": text if "dòng" not in text else ""}) == (
        shopee.LIMITS,
        frozenset(),
    )


def test_the_template_rules_over_what_is_documented() -> None:
    manifest = shopee_of(et_title_option_for_variation_1="Tối đa 5 ký tự", ps_product_name="Từ 5 đến 40 ký tự")
    assert manifest.told == {"name", "option"}
    [refused] = to_rows([listing()], manifest).refused
    assert [reason for reason in refused.reasons if "Túi 1 kg" in reason]
    long = listing(tiers=(), variants=(single(),), name="Gạo nếp cái hoa vàng Đại Sơn, Hải Phòng, mới")
    assert "sàn chỉ nhận 40" in to_rows([long], manifest).refused[0].reasons[0]


def test_what_nobody_says_is_asked_and_holds_nothing_back() -> None:
    assert unsaid_limits(shopee.LIMITS) == ["tier_name"]
    manifest = shopee_of()
    [asked] = limit_questions(manifest, {})
    long = listing(tiers=("Quy cách đóng gói và khối lượng",))
    assert to_rows([long], manifest).refused == ()
    told = replace(long, answers={asked.token: "14"})
    assert "từ 1 đến 14" in to_rows([told], manifest).refused[0].reasons[0]
    assert asked.reason_against("mười bốn") != ""
    assert asked.reason_against("14") == ""
    kept: ChannelLimits = with_answers(shopee.LIMITS, {asked.token: "0"})
    assert kept.tier_name is None


# --- answers


@pytest.mark.parametrize(
    ("token", "text", "choices", "goes"),
    [
        ("ps_gtin_code", "8935001234562", (), True),
        ("ps_gtin_code", "8935001234567", (), False),
        ("ps_gtin_code", "00", (), True),
        ("ps_length", "30", (), True),
        ("ps_length", "ba mươi", (), False),
        ("x", "Việt Nam", ("Việt Nam", "Khác"), True),
        ("x", "Viet Nam", ("Việt Nam", "Khác"), False),
        ("x", "gọi 0912345678", (), False),
        ("x", "a" * 501, (), False),
    ],
)
def test_an_answer_fits_its_column(token: str, text: str, choices: Sequence[str], goes: bool) -> None:
    assert (reason_against_answer(token, text, choices) == "") is goes


def test_a_question_says_what_the_template_says_and_offers_what_it_lists() -> None:
    manifest: TemplateManifest = replace(
        shopee_of([*SHOPEE_TOKENS, "ps_origin|1|0"], ps_origin="Chọn nước"), choices={"ps_origin": ("VN", "TH")}
    )
    [asked] = questions_for(manifest, ["ps_origin"], {"ps_origin": "VN"})
    assert (asked.answer, list(asked.choices), "Chọn nước" in asked.hint) == ("VN", ["VN", "TH"], True)
