"""The search page."""

import pytest
from flask.testing import FlaskClient

from market.base.db import transaction
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting


def page(client: FlaskClient, text: str, **more: int) -> str:
    answer = client.get("/tim", query_string={"q": text} | more)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("text", ["gao nep", "GẠO NẾP", "gạo nếp"])
def test_goods_are_found_without_typing_marks(client: FlaskClient, cast: Cast, text: str) -> None:
    html = page(client, text)
    assert "Gạo nếp cái hoa vàng" in html
    assert "Rau muống" not in html
    assert "Không có kết quả" not in html


def test_a_slip_is_put_right_and_said_in_the_names_own_spelling(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "goa nep")
    assert "Không có kết quả cho “goa nep”, đang xem kết quả cho “gạo nếp”." in html
    assert "Gạo nếp cái hoa vàng" in html


def test_what_is_shown_for_most_of_the_words_says_so(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "rươi nướng")
    assert "Không có món nào đủ cả “rươi nướng”, đang xem món có “rươi”." in html
    assert "đang xem" not in page(client, "rươi")


def test_nothing_found_teaches_how_to_type(client: FlaskClient, cast: Cast) -> None:
    assert "Chưa có món nào như vậy" in page(client, "xe máy")


def test_no_words_show_all_goods(client: FlaskClient, cast: Cast) -> None:
    html = page(client, "  ")
    assert "Tất cả hàng" in html
    assert html.count('class="product-card"') == 4


def test_what_was_typed_stays_and_cannot_become_markup(client: FlaskClient, cast: Cast) -> None:
    html = page(client, '"><script>alert(1)</script>')
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_pages_can_be_leafed_through(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        make.make_products(writing, stall, [f"Su hào {i}" for i in range(30)], now())
    first, second = page(client, "su hao"), page(client, "su hao", page=2)
    assert first.count('class="product-card"') == 24
    assert second.count('class="product-card"') == 6
    assert 'rel="next" href="/tim?page=2&amp;q=su+hao"' in first
    assert 'rel="next"' not in second
    assert page(client, "su hao", page=-5).count('class="product-card"') == 24


def test_the_page_takes_few_statements(client: FlaskClient, cast: Cast) -> None:
    page(client, "gao nep")
    with counting() as seen:
        page(client, "gao nep")
    assert len(seen) <= 3
