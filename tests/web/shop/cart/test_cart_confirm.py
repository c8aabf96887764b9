"""The page on which somebody presses once more what their browser sent without saying from where. What brings people
here is in tests/web/base/test_origin.py."""

from flask.testing import FlaskClient

from market.base.db import transaction
from market.catalog.models import Variant
from tests.cast import Cast
from tests.pages import hidden


def test_it_says_what_goes_into_the_cart_and_for_how_much(client: FlaskClient, cast: Cast) -> None:
    page = client.get(f"/gio-hang/them?variant_id={cast.gao_nep}&amount=3").text
    assert "Gạo nếp cái hoa vàng" in page
    assert 'value="3"' in page
    assert hidden(page, "/gio-hang/them")["variant_id"] == str(cast.gao_nep)
    assert "/san-pham/" in page


def test_pressed_twice_it_adds_once(client: FlaskClient, cast: Cast) -> None:
    sent = hidden(client.get(f"/gio-hang/them?variant_id={cast.gao_nep}&client_key=tap").text, "/gio-hang/them")
    for _ in range(2):
        assert client.post("/gio-hang/them", data=sent | {"amount": "1"}).status_code == 303
    assert "32.000" in client.get("/gio-hang").text


def test_what_is_not_sold_here_is_not_found(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Variant, cast.gao_nep).product.is_hidden = True
    for variant in (cast.gao_nep, 999, "x", "9" * 30):
        assert client.get(f"/gio-hang/them?variant_id={variant}").status_code == 404
