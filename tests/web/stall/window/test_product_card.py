"""The picture of goods to post in a group: whatever the name and the photograph, the code can be read."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from market.catalog.showcards import Showcard, goods_card, qr_poster
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.readers import read_by_both


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


LONG = "Gạo nếp cái hoa vàng trồng ở bãi bồi ven sông Thái Bình của bà con thôn Mỗ Đoạn, vụ mùa năm nay, xay trong tuần"


@pytest.mark.parametrize("title", ["Ổi", LONG, "x" * 200])
def test_a_name_of_any_length_leaves_the_code_readable(title: str) -> None:
    address = "https://cho.daison.vn/san-pham/1234567-" + "gao-nep-cai-hoa-vang-" * 4
    card = Showcard(title=title, price="từ 1.250.000 ₫/túi 500 g", lines=(LONG, LONG), address=address)
    assert read_by_both(goods_card(card, None)) == address
    assert read_by_both(qr_poster(card)) == address


def test_the_photograph_fills_the_card_whatever_its_shape() -> None:
    file = BytesIO()
    Image.new("RGB", (300, 1200), "#cc0000").save(file, "PNG")
    card = Showcard(title="Ớt", price="30.000 ₫/kg", lines=("Rau bà Lan",), address="https://cho.test/san-pham/1-ot")
    with Image.open(BytesIO(goods_card(card, file.getvalue()))) as picture:
        corners = [picture.getpixel(at) for at in ((5, 5), (1075, 5), (5, 800), (1075, 800))]
    assert all(red > 180 and green < 40 for red, green, _ in corners)
