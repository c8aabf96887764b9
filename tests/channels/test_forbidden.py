"""Words that marketplaces forbid are named one by one, and the cured text has none of them (field B04)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.channels.formats import to_rows
from market.channels.formats.shopee import layout as shopee
from market.channels.rules import ForbiddenKind, cure_of, cured, found_in
from tests.channels.templates import SHOPEE, listing, read_template
from tests.nights import examples

SHOPEE_ITSELF = ("shopee",)


@pytest.mark.parametrize(
    ("text", "named", "better"),
    [
        (
            "Gạo mới gặt, gọi 0912 345 678 hoặc Zalo 0912345678 để đặt.",
            ["0912 345 678", "Zalo", "0912345678"],
            "Gạo mới gặt.",
        ),
        (
            "Gạo mới gặt, xem thêm tại https://cho.daison.vn và facebook.com/gaodaison.",
            ["https://cho.daison.vn", "facebook.com/gaodaison"],
            "Gạo mới gặt.",
        ),
        ("Có bán trên Lazada và TikTok Shop, giá rẻ hơn Shopee.", ["Lazada", "TikTok Shop"], "Giá rẻ hơn Shopee."),
        ("Gạo ST25 mới gặt gọi 0912.345.678", ["0912.345.678"], "Gạo ST25 mới gặt"),
        ("Rau sạch (Zalo 0912345678) tươi mỗi ngày", ["Zalo", "0912345678"], "Rau sạch tươi mỗi ngày"),
        ("Gọi O912 345 678 hoặc +84 (0)912 345 678. Rươi tươi.", ["O912 345 678", "+84 (0)912 345 678"], "Rươi tươi."),
        ("Nhà tôi ở Đại Sơn, tổng đài 1900 1234", ["1900 1234"], "Nhà tôi ở Đại Sơn"),
        ("Mua tại www.gao.vn/abc nhé. Gạo dẻo thơm.", ["www.gao.vn/abc"], "Gạo dẻo thơm."),
        ("Gạo ngon. Thư: ban@gao.com.vn", ["ban@gao.com.vn"], "Gạo ngon."),
        ("Rươi Tứ Kỳ ★★★ đặc sản ✅ sạch 🔥🔥", ["★★★", "✅", "🔥🔥"], "Rươi Tứ Kỳ đặc sản sạch"),
        ("<p>Gạo <b>ngon</b></p>&nbsp;mới **gặt**<br>ăn liền", None, "Gạo ngon\nmới gặt\năn liền"),
        ("SỈ LẺ TOÀN QUỐC, giá tốt!!! Hàng về mỗi sáng.", ["SỈ LẺ TOÀN QUỐC", "!!!"], None),
        ("RƯƠI", ["RƯƠI"], "Rươi"),
        ("Liên hệ 0912345678", ["0912345678"], ""),
        ("La-za-da và Sh0pee Mall cũng có. Trứng gà.", ["La-za-da"], "Trứng gà."),
    ],
)
def test_forbidden_words_are_named_and_cured(text: str, named: list[str] | None, better: str | None) -> None:
    found = found_in(text, SHOPEE_ITSELF)
    assert found
    if named is not None:
        assert [one.text for one in found] == named
    if better is not None:
        assert cured(text, own=SHOPEE_ITSELF) == better


@pytest.mark.parametrize(
    "text",
    [
        "Trứng gà ta, giá 35.000 đ/chục, ngày 01/07/2025, mã vạch 8935001234567, TCVN 11041-2:2017.",
        "HTX Đại Sơn - OCOP 4 sao, VietGAP, UBND xã chứng nhận.",
        "Gạo nếp cái hoa vàng. Nguyên liệu: 100% nếp. Bảo quản < 30°C, giữ 2–3 tháng...",
        "Bán theo: kg, túi 5 kg.\n\nNgười bán: Rau bà Lan.\nNơi làm ra: thôn Mỗ Đoạn, xã Đại Sơn, thành phố Hải Phòng.",
        "Sen đỏ tươi, cắm 5-7 ngày; bó 10 bông (dài 60 cm).",
        "Gạo ST25 hạt dài, lúa 2 vụ/năm.",
    ],
)
def test_what_farmers_write_of_their_goods_is_left_alone(text: str) -> None:
    assert found_in(text) == []
    assert cured(text) == text


def test_a_marketplace_may_name_itself_and_nobody_else() -> None:
    text = "Giá rẻ hơn Shopee và TikTok Shop"
    assert [one.text for one in found_in(text, ("tiktok",))] == ["Shopee"]
    assert [one.kind for one in found_in(text, ("shopee",))] == [ForbiddenKind.RIVAL]


def test_names_keep_their_capitals_where_shouting_is_made_quiet() -> None:
    loud = listing(name="GẠO NẾP ĐẠI SƠN OCOP 4 SAO", name_suffix="thôn Mỗ Đoạn, xã Đại Sơn, Hải Phòng")
    cure = cure_of(loud, shopee.LIMITS)
    assert cure
    assert cure.name == "Gạo nếp Đại Sơn OCOP 4 sao"


PIECES = [
    *("Gạo", "ngon", "0912345678", "0912 345 678", "Zalo", "facebook.com/x", "Shopee", "Lazada", "!!!", "🔥", "<b>"),
    *("</p>", "NGON", "RẺ", "OCOP", "(", ")", ",", ".", "\n", "liên hệ", "để đặt", "**", "&nbsp;", "a.vn", "và", "-"),
    *("ĐẠI SƠN", "chấm com", "[b]", "@lan123", "<", " & ", "+84912345678", "[x](y)", "###", "t i k t o k", ":))"),
]


@settings(max_examples=examples(60))
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=14), st.sampled_from([" ", ""]))
def test_a_cured_text_has_nothing_forbidden_and_stays_as_it_is(pieces: list[str], between: str) -> None:
    better = cured(between.join(pieces), own=SHOPEE_ITSELF)
    assert found_in(better, SHOPEE_ITSELF) == []
    assert cured(better, own=SHOPEE_ITSELF) == better


def test_what_is_forbidden_never_goes_out_and_is_named_in_the_reason() -> None:
    manifest = read_template(SHOPEE)
    rice = "Gạo mới gặt, phơi nắng, xát trong tuần, hạt dài, cơm dẻo, thơm mùi lá dứa, hợp người già. " * 2
    for text, word in (
        ("Gọi 0912 345 678 hoặc Zalo để đặt.", "“0912 345 678” (số điện thoại), “Zalo” (địa chỉ, mạng xã hội)"),
        ("Xem https://cho.daison.vn.", "“https://cho.daison.vn”"),
        ("Có bán trên Lazada.", "“Lazada” (tên sàn khác)"),
    ):
        goods = listing(description=rice + text, category=manifest.categories[0].value)
        filled = to_rows([goods], manifest)
        assert filled.rows == ()
        assert word in filled.refused[0].reasons[0]
        cure = cure_of(goods, manifest.limits or shopee.LIMITS)
        taken = listing(description=rice + text, category=manifest.categories[0].value, words=cure)
        sent = to_rows([taken], manifest)
        assert sent.refused == ()
        assert found_in(str(sent.rows[0]["ps_product_description"]), SHOPEE_ITSELF) == []


def test_a_choice_that_a_marketplace_forbids_is_named_too() -> None:
    manifest = read_template(SHOPEE)
    first, second = listing().variants
    goods = listing(variants=(replace(first, options=("Zalo 1 kg",)), second), category=manifest.categories[0].value)
    [refused] = to_rows([goods], manifest).refused
    assert "Tên phân loại có “Zalo”" in refused.reasons[0]


def test_old_words_for_a_marketplace_are_looked_at_again() -> None:
    goods = listing(words_are_old=True)
    assert cure_of(goods, shopee.LIMITS) is not None
    [refused] = to_rows([goods], read_template(SHOPEE)).refused
    assert "đã đổi chữ" in refused.reasons[0]
