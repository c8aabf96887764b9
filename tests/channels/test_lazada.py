"""Lazada's template of new products: recognised by its hidden keys, filled by them, asked for what nobody knows."""

from dataclasses import replace

import pytest

from market.channels.asking import asked_columns, limit_questions, questions_for
from market.channels.formats import fill, open_template, to_rows
from market.channels.rules import FilledRows
from tests.channels.templates import (
    LAZADA_KEYS,
    SHOPEE,
    Maker,
    cells,
    lazada_tabs,
    listing,
    members,
    read_template,
    single,
)

RAW = Maker(dimension=False).make(lazada_tabs())
SHELF_LIFE = {"catProperty.p1001": "12"}


def without(*keys: str) -> dict[str, tuple[str, str, str]]:
    return {key: told for key, told in LAZADA_KEYS.items() if key not in keys}


def filled_by_key(raw: bytes, filled: FilledRows) -> list[dict[str, object]]:
    """The rows from the fifth on as another reader sees them: key -> value."""
    template = open_template(raw)
    sheet = cells(fill(template, filled.rows), template.manifest.sheet)
    return [
        {key: value for key, value in zip(LAZADA_KEYS, row, strict=False) if value != ""}
        for row in sheet[template.manifest.first_row - 1 :]
    ]


def test_it_tells_its_sheet_its_columns_and_what_must_be_filled() -> None:
    manifest = read_template(RAW)
    assert (manifest.channel, manifest.sheet, manifest.first_row) == ("lazada", "Gạo", 5)
    assert (manifest.columns["title.vi_VN"], manifest.labels["sku.price"]) == ("C", "Giá")
    assert manifest.required >= {"catId", "title.vi_VN", "mainImage.0", "catProperty.p1001", "sku.quantity"}
    assert "description" not in manifest.required
    assert [one.path for one in manifest.categories] == ["Ngành hàng “Gạo” của mẫu"]


def test_its_limits_are_those_that_it_says_and_the_others_are_asked() -> None:
    manifest = read_template(RAW)
    limits = manifest.limits
    assert limits is not None
    assert (limits.name, limits.description, limits.sku, limits.images) == ((5, 255), (20, 3000), 199, 8)
    assert {"name", "description", "sku", "images"} <= manifest.told
    said = {
        key: (label, mark, rule.replace("5 đến 255", "8 đến 90")) for key, (label, mark, rule) in LAZADA_KEYS.items()
    }
    other = read_template(Maker().make(lazada_tabs(said))).limits
    assert other is not None
    assert other.name == (8, 90)
    asked = {one.token for one in limit_questions(manifest, {})}
    assert asked == {"limit:variants", "limit:tier_name", "limit:option", "limit:stock"}


def test_goods_go_in_under_their_keys_one_row_a_kind() -> None:
    manifest = read_template(RAW)
    filled = to_rows([listing(answers=SHELF_LIFE)], manifest)
    assert filled.refused == ()
    first, second = filled_by_key(RAW, filled)
    assert first["title.vi_VN"] == "Gạo nếp cái hoa vàng Đại Sơn"
    assert (first["catId"], first["groupNo"], second["groupNo"]) == (10100387, 7, 7)
    assert (first["sku.SellerSku"], second["sku.SellerSku"]) == ("GAO-1", "GAO-5")
    assert (first["sku.price"], first["sku.quantity"], second["sku.price"]) == (35_000, 10, 165_000)
    assert (first["saleProp.p30585"], second["saleProp.p30585"]) == ("Túi 1 kg", "Túi 5 kg")
    assert first["sku.packageWeight"] == 1.2
    assert first["mainImage.1"] == "https://cho.example/2.jpg"
    assert "md5key" not in first


def test_everything_but_the_rows_stays_byte_for_byte() -> None:
    template = open_template(RAW)
    before, after = (
        members(RAW),
        members(fill(template, to_rows([listing(answers=SHELF_LIFE)], template.manifest).rows)),
    )
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet2.xml"}
    assert cells(RAW, "Gạo")[:4] == cells(fill(template, ()), "Gạo")[:4]


def test_goods_without_a_brand_get_the_template_s_own_word() -> None:
    [row, _] = filled_by_key(RAW, to_rows([listing(answers=SHELF_LIFE)], read_template(RAW)))
    assert row["catProperty.p20000"] == "Chưa có thương hiệu"
    [row, _] = filled_by_key(RAW, to_rows([listing(answers=SHELF_LIFE, brand="ST25")], read_template(RAW)))
    assert row["catProperty.p20000"] == "ST25"


def test_a_column_that_nobody_knows_is_asked_once_and_what_was_answered_goes_in() -> None:
    manifest = read_template(RAW)
    filled = to_rows([listing()], manifest)
    assert filled.rows == ()
    assert "Mẫu bắt buộc cột “Hạn sử dụng”" in filled.refused[0].reasons[0]
    [question] = questions_for(manifest, asked_columns(manifest, filled, {}), {})
    assert (question.label, question.hint) == ("Hạn sử dụng", "Mẫu ghi: Ghi số tháng, như 12.")
    rows = filled_by_key(RAW, to_rows([listing(answers=SHELF_LIFE)], manifest))
    assert {row["catProperty.p1001"] for row in rows} == {"12"}


def test_a_category_without_its_number_is_asked_too() -> None:
    manifest = read_template(Maker().make(lazada_tabs(category="")))
    filled = to_rows([listing(answers=SHELF_LIFE)], manifest)
    assert "Category ID" in filled.refused[0].reasons[0]
    assert "catId" in asked_columns(manifest, filled, {})


def test_keys_in_small_letters_alone_and_a_warehouse_s_stock_are_read() -> None:
    stock = ("Số lượng", "Bắt buộc", "")
    keys = {key.lower(): told for key, told in without("sku.quantity").items()} | {
        "sku.multiwarehouseqty.dropshipping": stock
    }
    manifest = read_template(Maker().make(lazada_tabs(keys)))
    assert {"title.vi_VN", "sku.SellerSku", "mainImage.0"} <= manifest.columns.keys()
    shy = listing(tiers=(), variants=(single(),), answers={"catproperty.p1001": "12", "catId": "7"})
    [row] = to_rows([shy], manifest).rows
    assert row["sku.multiwarehouseqty.dropshipping"] == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tiers": ("Màu",)}, "không có cột phân loại “Màu”"),
        ({"tiers": ("Màu",)}, "(Quy cách)"),
        ({"variants": (single(stock=None),), "tiers": ()}, "số lượng lớn hơn 0"),
        ({"variants": (single(stock=0),), "tiers": ()}, "số lượng lớn hơn 0"),
        ({"name": "Gạo", "variants": (single(),), "tiers": ()}, "5"),
        ({"description": "Mua ở Shopee rẻ hơn, gọi 0912345678 nhé bà con."}, "Shopee"),
    ],
)
def test_what_cannot_go_says_why(changes: dict[str, object], sentence: str) -> None:
    filled = to_rows([listing(answers=SHELF_LIFE, **changes)], read_template(RAW))
    assert filled.rows == ()
    assert sentence in " ".join(filled.refused[0].reasons)


def test_kinds_are_not_thrown_together_where_the_template_groups_none() -> None:
    manifest = read_template(Maker().make(lazada_tabs(without("groupNo"))))
    assert "không gộp được" in " ".join(to_rows([listing(answers=SHELF_LIFE)], manifest).refused[0].reasons)
    assert to_rows([listing(answers=SHELF_LIFE, tiers=(), variants=(single(),))], manifest).refused == ()


@pytest.mark.parametrize(
    ("tabs", "sentence"),
    [
        (lazada_tabs({"id": ("Product ID", "", ""), **LAZADA_KEYS}), "tệp sửa hàng loạt của Lazada"),
        (lazada_tabs() | lazada_tabs(sheet="Trứng"), "2 ngành hàng \\(Gạo, Trứng\\)"),
        (lazada_tabs(without("sku.price")), "Mẫu thiếu cột sku.price"),
        (lazada_tabs(without("sku.quantity")), "Mẫu thiếu cột sku.quantity"),
    ],
)
def test_a_file_that_cannot_serve_says_what_to_fetch(tabs: dict[str, list[list[str]]], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        open_template(Maker().make(tabs))


def test_another_marketplace_s_template_is_none_of_its() -> None:
    assert read_template(SHOPEE).channel == "shopee"
    with pytest.raises(ValueError, match="Đây là mẫu của Lazada, không phải của Shopee"):
        open_template(RAW, "shopee")


def test_lists_that_are_none_say_nothing() -> None:
    tabs = lazada_tabs()
    tabs["Gạo_hide"][4] = ["{", "[1, 2]", '{"a": 1}', "null", *[""] * 10]
    assert replace(read_template(Maker().make(tabs))).choices == {}
