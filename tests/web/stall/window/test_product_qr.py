"""The code of goods, to print."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image

from market.catalog import showcards
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.readers import read_by_both
from tests.web.stall.window.shown import goods


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def test_the_code_of_goods_leads_to_the_page_of_buyers(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.get(f"{goods(cast)}/ma-qr.png")
    assert answer.mimetype == "image/png"
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == showcards.POSTER
        assert [round(one) for one in picture.info["dpi"]] == [300, 300]
    path = urlsplit(read_by_both(answer.data)).path
    assert lan.get(path).status_code == 200
    assert path.startswith("/san-pham/")
