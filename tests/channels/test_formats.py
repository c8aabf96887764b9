"""A seller's own template is recognised, read by its tokens, and filled with what the marketplace will take."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.channels.formats import fill, open_template, to_rows
from market.channels.rules import FilledRows, TemplateCategory
from tests.channels.templates import (
    SHOPEE,
    SHOPEE_TOKENS,
    TIKTOK,
    TIKTOK_KEYS,
    Maker,
    cells,
    listing,
    members,
    read_template,
    shopee_tabs,
    single,
    tiktok_tabs,
)
from tests.nights import of_many
from tests.work import calls_of

MOST_CALLS_A_PRODUCT = 600
RICE = "Thực phẩm/Gạo (700648)"


def filled_by_token(raw: bytes, filled: FilledRows) -> list[dict[str, object]]:
    """The data rows of the filled file as another reader sees them: token -> value."""
    template = open_template(raw)
    manifest = template.manifest
    sheet = cells(fill(template, filled.rows), manifest.sheet)
    tokens = [str(token).split("|")[0] for token in sheet[0]]
    return [
        {token: value for token, value in zip(tokens, row, strict=True) if value != ""}
        for row in sheet[manifest.first_row - 1 :]
    ]


def test_shopees_template_tells_its_shop_its_columns_and_its_categories() -> None:
    manifest = read_template(SHOPEE)
    assert (manifest.channel, manifest.sheet, manifest.first_row) == ("shopee", "Bản đăng tải", 7)
    assert (manifest.shop_id, manifest.version, manifest.weight_unit) == ("310045127", "basic", "kg")
    assert manifest.columns["ps_price"] == "K"
    assert manifest.required == {"ps_product_name", "ps_product_description", "ps_price", "ps_weight"}
    assert (
        TemplateCategory(value="101231", path="Thực phẩm và đồ uống/Thực phẩm thiết yếu/Gạo & Mì/Gạo")
        in manifest.categories
    )


def test_tiktoks_template_tells_its_version_its_columns_and_its_categories() -> None:
    manifest = read_template(TIKTOK)
    assert (manifest.channel, manifest.sheet, manifest.first_row) == ("tiktok", "Template", 6)
    assert (manifest.shop_id, manifest.version, manifest.weight_unit) == (None, "V5.0.2", "g")
    assert manifest.columns["seller_sku"] == "AA"
    assert "category" in manifest.required
    assert [category.path.rpartition("/")[2] for category in manifest.categories][:1] == ["Gạo"]


def test_both_forms_of_tiktoks_category_cell_are_read() -> None:
    manifest = read_template(Maker().make(tiktok_tabs()))
    assert [(c.value, c.path) for c in manifest.categories] == [(RICE, "Thực phẩm/Gạo"), ("700702/Rau", "Rau")]


def test_the_sheet_of_samples_is_not_taken_for_the_form() -> None:
    assert read_template(Maker().make(shopee_tabs())).sheet == "Bản đăng tải"


def test_a_hidden_sheet_of_half_a_million_cells_does_not_stand_in_the_way() -> None:
    cells_of_rows = b"".join(b"<row r='%d'><c/><c/><c/><c/><c/></row>" % number for number in range(8, 110_000))
    hidden = b"<worksheet><sheetData>" + cells_of_rows + b"</sheetData></worksheet>"
    raw = Maker().make(shopee_tabs() | {"HiddenAttr": []}, extra={"xl/worksheets/sheet4.xml": hidden})
    assert read_template(raw) == read_template(Maker().make(shopee_tabs()))


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("shared", [False, True])
def test_a_template_reads_the_same_however_its_xml_is_written(prefix: str, shared: bool) -> None:
    plain = read_template(Maker().make(shopee_tabs()))
    assert read_template(Maker(prefix=prefix, shared=shared, dimension=False).make(shopee_tabs())) == plain


@pytest.mark.parametrize(
    ("rule", "unit"), [("Đơn vị: gram", "g"), ("Cân nặng (kg)", "kg"), ("từ 1 gam (1 kg = 1000 g)", "g"), ("", "kg")]
)
def test_the_weight_goes_in_the_unit_the_header_names(rule: str, unit: str) -> None:
    raw = Maker().make(shopee_tabs(ps_weight=rule))
    assert read_template(raw).weight_unit == unit
    row = filled_by_token(raw, to_rows([listing()], read_template(raw)))[0]
    assert row["ps_weight"] == (1_200.0 if unit == "g" else 1.2)


def test_shopees_layout_of_2021_starts_at_row_six_and_weighs_in_grams() -> None:
    tokens = [token.split("|")[0].replace("channel_id.", "channel_id_") for token in SHOPEE_TOKENS]
    manifest = read_template(Maker().make(shopee_tabs(tokens)))
    assert (manifest.first_row, manifest.weight_unit) == (6, "g")


@pytest.mark.parametrize(("raw", "expected"), [(SHOPEE, "tiktok"), (TIKTOK, "shopee")])
def test_the_template_of_the_other_marketplace_is_refused(raw: bytes, expected: str) -> None:
    with pytest.raises(ValueError, match="hãy chọn lại tệp"):
        open_template(raw, expected)


@pytest.mark.parametrize(
    ("tabs", "sentence"),
    [
        ({"Sheet1": [["Tên", "Giá"], ["gạo", "1"]]}, "không nhận ra"),
        ({"Sheet1": [["et_title_product_id", "et_title_product_name"]]}, "tệp cập nhật hàng loạt"),
        ({"Template": [["product_id", *TIKTOK_KEYS]]}, "tệp sửa hàng loạt"),
        ({"Template": [TIKTOK_KEYS, ["V5.0.2", "create_product", "imperial"]]}, "pound"),
        (tiktok_tabs([key for key in TIKTOK_KEYS if key != "price"]), "thiếu cột price"),
        (tiktok_tabs([key for key in TIKTOK_KEYS if key != "quantity"]), "thiếu cột quantity"),
        (shopee_tabs([token for token in SHOPEE_TOKENS if "ps_stock" not in token]), "thiếu cột ps_stock"),
        (shopee_tabs([token for token in SHOPEE_TOKENS if "channel" not in token]), "đơn vị vận chuyển"),
    ],
)
def test_a_file_that_cannot_be_filled_is_refused_with_its_reason(
    tabs: dict[str, list[list[str]]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_template(Maker().make(tabs))


@pytest.mark.parametrize("raw", [SHOPEE, TIKTOK])
def test_filling_changes_nothing_but_the_data_rows(raw: bytes) -> None:
    template = open_template(raw)
    manifest = template.manifest
    rice = listing(category=manifest.categories[0].value)
    filled = fill(template, to_rows([rice], manifest).rows)
    before, after = members(raw), members(filled)
    assert len([name for name in before if before[name] != after[name]]) == 1
    header = manifest.first_row - 1
    assert cells(filled, manifest.sheet)[:header] == cells(raw, manifest.sheet)[:header]
    assert replace(read_template(filled), examples={}) == replace(manifest, examples={})


def test_shopee_gets_one_row_per_pack_under_one_integration_number() -> None:
    rows = filled_by_token(SHOPEE, to_rows([listing(category="101231", trace_code="D7K2M")], read_template(SHOPEE)))
    assert [row["et_title_variation_integration_no"] for row in rows] == ["SP7", "SP7"]
    assert [row["et_title_option_for_variation_1"] for row in rows] == ["Túi 1 kg", "Túi 5 kg"]
    assert [(row["ps_price"], row["ps_stock"], row["ps_sku_short"]) for row in rows] == [
        (35_000.0, 10.0, "GAO-1"),
        (165_000.0, 4.0, "GAO-5"),
    ]
    assert rows[0]["ps_category"] == 101_231.0
    assert rows[0]["ps_item_cover_image"] == "https://cho.example/1.jpg"
    assert rows[0]["ps_item_image_1"] == "https://cho.example/2.jpg"
    assert str(rows[0]["ps_product_description"]).endswith("\n\nMã truy xuất: D7K2M")


def test_a_product_sold_one_way_has_no_variation() -> None:
    rows = filled_by_token(SHOPEE, to_rows([listing(tiers=(), variants=(single(),))], read_template(SHOPEE)))
    assert [token for token in rows[0] if "variation" in token] == []
    assert rows[0]["ps_sku_parent_short"] == "RUOI"


def test_shopees_first_shipping_channel_is_on_in_the_sellers_word() -> None:
    raw = Maker().make(shopee_tabs())
    row = filled_by_token(raw, to_rows([listing()], read_template(raw)))[0]
    assert (row["channel_id.5001"], "channel_id.5000" in row) == ("Mở", False)


def test_the_seller_chooses_the_shipping_channels() -> None:
    row = to_rows([listing()], read_template(SHOPEE), shipping=["channel_id.5000"]).rows[0]
    assert [token for token in row if token.startswith("channel_id")] == ["channel_id.5000"]
    with pytest.raises(ValueError, match="đơn vị vận chuyển"):
        to_rows([listing()], read_template(SHOPEE), shipping=["channel_id.1"])


def test_tiktok_gets_rows_of_one_name_one_after_the_other() -> None:
    raw = Maker().make(tiktok_tabs())
    rows = filled_by_token(raw, to_rows([listing(category=RICE, size_cm=(30, 20, 5))], read_template(raw)))
    assert [row["product_name"] for row in rows] == ["Gạo nếp cái hoa vàng Đại Sơn"] * 2
    assert [row["property_value_1"] for row in rows] == ["Túi 1 kg", "Túi 5 kg"]
    assert [rows[0][key] for key in ("category", "parcel_weight", "parcel_height", "quantity")] == [RICE, 1_200, 5, 10]
    assert rows[0]["image_2"] == "https://cho.example/2.jpg"


def test_the_example_rows_of_tiktoks_template_give_way() -> None:
    raw = Maker().make(tiktok_tabs())
    assert len(filled_by_token(raw, to_rows([listing(category=RICE)], read_template(raw)))) == 2


def test_a_choice_tiktok_insists_on_is_answered_as_in_its_example() -> None:
    raw = Maker().make(tiktok_tabs(required=("category", "cod")))
    assert to_rows([listing(category=RICE)], read_template(raw)).rows[0]["cod"] == "Hỗ trợ"


def test_tiktoks_stock_goes_to_the_first_warehouse_where_there_are_several() -> None:
    keys = [key if key != "quantity" else "warehouse_quantity/71" for key in TIKTOK_KEYS] + ["warehouse_quantity/72"]
    row = to_rows([listing()], read_template(Maker().make(tiktok_tabs(keys, required=())))).rows[0]
    assert [row.get(key) for key in ("warehouse_quantity/71", "warehouse_quantity/72")] == [10, None]


def test_a_brand_without_tiktoks_number_is_left_blank() -> None:
    manifest = read_template(TIKTOK)
    rice = listing(category=manifest.categories[0].value)
    brands = [
        to_rows([replace(rice, brand=brand)], manifest).rows[0].get("brand") for brand in ("Đại Sơn", "Đại Sơn (7)")
    ]
    assert brands == [None, "Đại Sơn (7)"]


def test_two_products_of_one_name_would_become_one_on_tiktok_so_neither_goes() -> None:
    manifest = read_template(TIKTOK)
    rice = listing(category=manifest.categories[0].value)
    filled = to_rows([rice, replace(rice, product_id=8)], manifest)
    assert filled.rows == ()
    assert [refusal.listing.product_id for refusal in filled.refused] == [7, 8]
    assert "Trùng tên" in filled.refused[0].reasons[0]


@pytest.mark.parametrize(
    ("category", "sentence"), [(None, "Chưa chọn ngành hàng"), ("Điện thoại (1)", "không có trong mẫu này")]
)
def test_a_listing_without_a_category_of_the_template_does_not_go(category: str | None, sentence: str) -> None:
    filled = to_rows([listing(category=category)], read_template(TIKTOK))
    assert sentence in filled.refused[0].reasons[0]


def test_a_required_column_the_market_cannot_fill_is_named() -> None:
    tokens = [*SHOPEE_TOKENS, "ps_product_global_attribute.100037|1|0"]
    filled = to_rows([listing()], read_template(Maker().make(shopee_tabs(tokens))))
    assert filled.refused[0].reasons == (
        "Mẫu bắt buộc cột “ps_product_global_attribute.100037” mà chợ chưa có số liệu để điền: "
        "hãy trả lời một lần ở “Sàn hỏi thêm”, chợ nhớ cho các lần sau.",
    )
    assert filled.lacks == ["ps_product_global_attribute.100037"]


def test_shopee_needs_a_weight_only_where_its_template_says_so() -> None:
    unweighed = listing(weight_grams=None)
    assert "cân nặng" in to_rows([unweighed], read_template(SHOPEE)).refused[0].reasons[0]
    assert to_rows([unweighed], read_template(Maker().make(shopee_tabs()))).refused == ()


def test_no_listing_is_lost_between_the_rows_and_the_refused() -> None:
    manifest = read_template(SHOPEE)
    good, bad = listing(), listing(product_id=8, images=(), name="Rươi")
    filled = to_rows([bad, good, bad], manifest)
    assert len(filled.rows) == 2
    assert [len(refusal.reasons) for refusal in filled.refused] == [2, 2]


@settings(max_examples=40)
@given(st.permutations([*SHOPEE_TOKENS, "ps_maximum_purchase_quantity|0|0", "ps_dangerous_goods|0|0"]))
def test_shuffled_and_inserted_columns_receive_the_same_values(tokens: list[str]) -> None:
    raw, usual = Maker().make(shopee_tabs(tokens)), Maker().make(shopee_tabs())
    shuffled = filled_by_token(raw, to_rows([listing()], read_template(raw), ["channel_id.5001"]))
    assert shuffled == filled_by_token(usual, to_rows([listing()], read_template(usual), ["channel_id.5001"]))


@settings(max_examples=40)
@given(st.permutations([*TIKTOK_KEYS, "gtin_code", "product_property/100107"]))
def test_tiktoks_shuffled_columns_receive_the_same_values(keys: list[str]) -> None:
    raw, usual = Maker().make(tiktok_tabs(keys)), Maker().make(tiktok_tabs())
    shuffled = filled_by_token(raw, to_rows([listing(category=RICE)], read_template(raw)))
    assert shuffled == filled_by_token(usual, to_rows([listing(category=RICE)], read_template(usual)))


@of_many(1)
@pytest.mark.parametrize("raw", [SHOPEE, TIKTOK])
def test_a_thousand_products_are_exported_in_one_walk(raw: bytes) -> None:
    """Twice as many products are twice the work and no more: none is compared with all others."""
    template = open_template(raw)
    manifest = template.manifest
    category = manifest.categories[0].value
    shop = [listing(product_id=n, name=f"Gạo nếp cái hoa vàng số {n:04}", category=category) for n in range(1_000)]
    filled = fill(template, to_rows(shop, manifest).rows)
    none, half, whole = (
        calls_of(lambda shown=shop[:count]: fill(template, to_rows(shown, manifest).rows)) for count in (0, 500, 1_000)
    )
    assert whole - half <= 1.1 * (half - none)
    assert whole - half <= MOST_CALLS_A_PRODUCT * 500
    assert len(cells(filled, manifest.sheet)) == manifest.first_row - 1 + 2_000
