"""Goods are given on by address; what buyers would not find is not given."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image

from market.base.db import transaction
from market.catalog import showcards
from market.catalog.models import ProductState
from tests.cast import Cast
from tests.catalog import shelf
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.factories import sign_in
from tests.readers import read_by_both
from tests.web.stall.window.shown import goods


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def test_goods_that_buyers_do_not_find_are_not_given(lan: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        product, _ = shelf.read(cast.dau_xanh)
        session.merge(product).state = ProductState.PENDING
    page = lan.get(f"{goods(cast)}/gui-khach").text
    assert "chưa hiện trên chợ" in page
    assert "Gửi Zalo" not in page
    assert "Gửi khách" not in lan.get(goods(cast)).text
    for file in ("anh-gui-khach.jpg", "ma-qr.png"):
        assert lan.get(f"{goods(cast)}/{file}").status_code == 422


def test_goods_are_given_with_a_picture_that_can_be_scanned(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    shelf.show_picture(cast.dau_xanh, now(), jpeg())
    page = lan.get(f"{goods(cast)}/gui-khach").text
    assert "Đậu xanh, 45.000\u00a0₫/kg, Rau bà Lan, thôn Nghĩa Dũng" in page
    answer = lan.get(f"{goods(cast)}/anh-gui-khach.jpg")
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "image/jpeg",
        'attachment; filename="dau-xanh.jpg"',
    )
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == showcards.CARD
    assert lan.get(urlsplit(read_by_both(answer.data)).path).status_code == 200
