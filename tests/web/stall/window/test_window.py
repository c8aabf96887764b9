"""The stall's window: the seller sees it as buyers do, gives it on, prints its code, and finds all settings there."""

from base64 import b64decode
from io import BytesIO
from json import loads
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from market.base.config import current_settings
from market.base.db import reading, transaction
from market.catalog import showcards
from market.catalog.models import ProductState
from market.sellers.models import Stall, StallState, Verification
from market.web.stall.window.rules import zalo_share
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send
from tests.readers import read_by_both
from tests.web.stall.window.shown import goods, window


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def set_stall(cast: Cast, state: StallState) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.lan.stall).state = state


# --- giving it on ---------------------------------------------------------------------------------------------------


def test_the_seller_sees_her_stall_and_gives_its_address(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(window(cast)).text
    address = f"{current_settings().base_url}/gian-hang/{cast.lan.slug}"
    assert f'href="/gian-hang/{cast.lan.slug}"' in page
    assert f'<strong class="copy-text">{address}</strong>' in page
    assert f'data-share="{address}"' in page
    assert "Gửi Zalo" in page


def test_zalo_s_page_gets_the_whole_address() -> None:
    address = "https://cho.daison.vn/san-pham/12-ruoi-tuoi"
    [packed] = parse_qs(urlsplit(zalo_share(address)).query)["d"]
    assert loads(b64decode(packed)) == {"url": address}


def test_the_code_to_print_leads_to_the_page_of_buyers(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.get(f"{window(cast)}/ma-qr.png")
    assert answer.mimetype == "image/png"
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == showcards.POSTER
        assert [round(one) for one in picture.info["dpi"]] == [300, 300]
    path = urlsplit(read_by_both(answer.data)).path
    assert lan.get(path).status_code == 200
    assert path.startswith("/gian-hang/")


# --- what buyers would not find is not given --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "cure"), [(StallState.PAUSED, "Mở bán lại"), (StallState.CLOSED, "Gọi xã"), (None, "Hỏi xã")]
)
def test_a_stall_that_buyers_do_not_find_says_what_to_do_instead(
    lan: FlaskClient, cast: Cast, state: StallState | None, cure: str
) -> None:
    if state:
        set_stall(cast, state)
    else:
        with transaction() as session:
            session.query(Verification).filter_by(business_id=cast.lan.business).delete()
    page = lan.get(window(cast)).text
    assert cure in page
    assert "Gửi Zalo" not in page
    assert "Cài đặt" in page
    assert lan.get(f"{window(cast)}/ma-qr.png").status_code == 422


# --- what waits -------------------------------------------------------------------------------------------------------


def test_an_edit_leaves_the_goods_on_sale_and_the_window_shows_both_versions(lan: FlaskClient, cast: Cast) -> None:
    said = {"name": "Đậu xanh", "price": "45.000", "unit": "kg", "pack_unit": "kg", "description": "Trồng ở bãi."}
    send(lan, goods(cast), said)
    product, _ = shelf.read(cast.dau_xanh)
    assert lan.get(f"/san-pham/{product.id}-{product.slug}").status_code == 200
    page = lan.get(window(cast)).text
    assert "Hàng vẫn bán như thường" in page
    assert "Lời tả khách đang thấy</dt><dd>để trống" in page
    assert "<strong>Trồng ở bãi.</strong>" in page
    assert "bản sửa chờ xã xem" in lan.get(shelf.goods_of(cast.lan)).text


def test_a_request_is_taken_back_from_the_window(lan: FlaskClient, cast: Cast) -> None:
    said = {"name": "Đậu xanh", "price": "45.000", "unit": "kg", "pack_unit": "kg", "description": "Trồng ở bãi."}
    send(lan, goods(cast), said)
    for _ in range(2):
        answer = lan.post(f"{goods(cast)}/ban-moi/bo", data={"tu": "gian"})
        assert (answer.status_code, answer.location) == (303, window(cast))
    product, _ = shelf.read(cast.dau_xanh)
    assert (product.state, product.description) == (ProductState.APPROVED, "")
    assert shelf.waiting(product.id) is None
    assert "Bản sửa chờ xã xem" not in lan.get(window(cast)).text


def test_the_stall_s_own_words_wait_there_too(lan: FlaskClient, cast: Cast) -> None:
    settings = f"/ban-hang/{cast.lan.slug}/cai-dat"
    send(lan, settings, {"name": "Rau bà Lan", "intro": "Rau nhà trồng.", "hold_days": "3"})
    page = lan.get(window(cast)).text
    assert "Lời giới thiệu chờ xã xem</dt><dd><strong>Rau nhà trồng.</strong>" in page
    answer = lan.post(f"{settings}/ban-moi/bo", data={"tu": "gian"})
    assert answer.location == window(cast)
    assert not reading().get_one(Stall, cast.lan.stall).intro
    assert "Bản sửa chờ xã xem" not in lan.get(window(cast)).text


# --- one place --------------------------------------------------------------------------------------------------------


def test_every_setting_stands_there_and_every_page_leads_there(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(window(cast)).text
    for setting in ("cai-dat", "tai-khoan-nhan-tien", "the", "uy-quyen"):
        assert f'href="/ban-hang/{cast.lan.slug}/{setting}"' in page, setting
    assert "Đang nhận vào số đuôi" in page
    for tab in ("", "/don", "/giup-toi"):
        answer = lan.get(f"/ban-hang/{cast.lan.slug}{tab}")
        if answer.status_code == 200:
            assert f'href="{window(cast)}"' in answer.text, tab


def test_another_s_window_is_not_there(app: Flask, cast: Cast) -> None:
    for path in (window(cast), f"{window(cast)}/ma-qr.png", f"{goods(cast)}/gui-khach", f"{goods(cast)}/ma-qr.png"):
        assert keeps_out(app, path, [cast.tu.person, cast.stranger])
