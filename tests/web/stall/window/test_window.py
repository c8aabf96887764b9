"""The stall's window: the seller sees it as buyers do, gives it on, prints its code, and finds all settings there."""

from base64 import b64decode
from io import BytesIO
from json import loads
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from market.base.config import current_settings
from market.base.db import reading, transaction
from market.catalog import showcards
from market.catalog.models import ProductState
from market.catalog.showcards import Showcard, goods_card, qr_poster
from market.sellers.models import Stall, StallState, Verification
from market.web.stall.window.rules import zalo_share
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send

LONG = "Gạo nếp cái hoa vàng trồng ở bãi bồi ven sông Thái Bình của bà con thôn Mỗ Đoạn, vụ mùa năm nay, xay trong tuần"


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def window(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/gian-hang"


def goods(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"


def code_in(picture: bytes) -> str:
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(picture)), formats=zxingcpp.BarcodeFormat.QRCode)
    return code.text


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


@pytest.mark.parametrize("what", ["stall", "goods"])
def test_the_code_to_print_leads_to_the_page_of_buyers(lan: FlaskClient, cast: Cast, what: str) -> None:
    page = window(cast) if what == "stall" else goods(cast)
    answer = lan.get(f"{page}/ma-qr.png")
    assert answer.mimetype == "image/png"
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == showcards.POSTER
        assert [round(one) for one in picture.info["dpi"]] == [300, 300]
    path = urlsplit(code_in(answer.data)).path
    assert lan.get(path).status_code == 200
    assert path.startswith("/gian-hang/" if what == "stall" else "/san-pham/")


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
    assert lan.get(urlsplit(code_in(answer.data)).path).status_code == 200


@pytest.mark.parametrize("title", ["Ổi", LONG, "x" * 200])
def test_a_name_of_any_length_leaves_the_code_readable(title: str) -> None:
    address = "https://cho.daison.vn/san-pham/1234567-" + "gao-nep-cai-hoa-vang-" * 4
    card = Showcard(title=title, price="từ 1.250.000 ₫/túi 500 g", lines=(LONG, LONG), address=address)
    assert code_in(goods_card(card, None)) == address
    assert code_in(qr_poster(card)) == address


def test_the_photograph_fills_the_card_whatever_its_shape() -> None:
    file = BytesIO()
    Image.new("RGB", (300, 1200), "#cc0000").save(file, "PNG")
    card = Showcard(title="Ớt", price="30.000 ₫/kg", lines=("Rau bà Lan",), address="https://cho.test/san-pham/1-ot")
    with Image.open(BytesIO(goods_card(card, file.getvalue()))) as picture:
        corners = [picture.getpixel(at) for at in ((5, 5), (1075, 5), (5, 800), (1075, 800))]
    assert all(red > 180 and green < 40 for red, green, _ in corners)


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
    for tab in ("", "/don", "/san-pham", "/giup"):
        answer = lan.get(f"/ban-hang/{cast.lan.slug}{tab}")
        if answer.status_code == 200:
            assert f'href="{window(cast)}"' in answer.text, tab


def test_another_s_window_is_not_there(app: Flask, cast: Cast) -> None:
    for path in (window(cast), f"{window(cast)}/ma-qr.png", f"{goods(cast)}/gui-khach", f"{goods(cast)}/ma-qr.png"):
        assert keeps_out(app, path, [cast.tu.person, cast.stranger])
