"""What pages for buyers work out for themselves."""

from market.web.shop.browse.rules import as_written, short_names
from market.web.shop.product.rules import Advert, Offered, product_data


def test_folded_words_are_shown_as_names_spell_them() -> None:
    assert as_written("gao nep", ["Gạo nếp cái hoa vàng", "Nếp cẩm"]) == "gạo nếp"
    assert as_written("gao lut zz", ["Gạo (nếp), mới"]) == "gạo lut zz"
    assert as_written("đậu xanh", []) == "đậu xanh"


def test_the_head_of_a_name_is_its_first_two_words_each_once() -> None:
    names = ["Rươi tươi bãi Bình Lãng", "Rươi tươi, loại một", "Su hào non", "Ổi"]
    assert short_names(names, 3) == ["rươi tươi", "su hào", "ổi"]
    assert short_names(names, 1) == ["rươi tươi"]


def test_search_engines_read_price_and_stock() -> None:
    offers = (Offered(price=45_000, is_in_stock=True), Offered(price=90_000, is_in_stock=False))
    advert = Advert(name="Ổi", description="", address="https://x/1", pictures=("p",), seller="Lan", offers=offers)
    data = product_data(advert)
    assert [offer["price"] for offer in data["offers"]] == [45_000, 90_000]
    assert [offer["availability"].rpartition("/")[2] for offer in data["offers"]] == ["InStock", "OutOfStock"]
