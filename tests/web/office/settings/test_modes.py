"""The office's page of what its market does (law: luật 122/2025/QH15, điều 14; nghị định 252/2026/NĐ-CP, điều 3)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.places.models import Commune
from market.places.queries.modes import mode_now
from market.places.rules.modes import CommuneMode
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press, send

PATH = "/van-phong/cai-dat/che-do"
ASKED = {"mode": "ordering", "operator": "HTX Chợ số", "number": "12/ĐK-TMĐT", "day": "2026-10-01"}


def mode(cast: Cast) -> CommuneMode:
    with transaction() as session:
        return mode_now(session, cast.commune)


def test_two_officers_let_the_market_take_orders_and_everybody_sees_it_at_once(
    app: Flask, hung: FlaskClient, nga: FlaskClient, cast: Cast, now: Clock
) -> None:
    make.switch_mode(cast.commune, CommuneMode.SHOWCASE, now())
    shopper = app.test_client()
    assert "Thêm vào giỏ" not in shopper.get("/gian-hang/rau-ba-lan").text

    assert send(hung, PATH, ASKED).status_code == 303
    page = hung.get(PATH).text
    assert "Đã ghi đề nghị" in page
    assert "Đồng ý, đổi ngay" not in page, "not one's own"
    assert mode(cast) is CommuneMode.SHOWCASE

    page = nga.get(PATH).text
    assert "Nguyễn Văn Hùng</strong> đề nghị" in page
    assert "HTX Chợ số, số đăng ký 12/ĐK-TMĐT ngày 01/10/2026" in page
    assert press(nga, PATH, f"{PATH}/1/dong-y").status_code == 303
    assert mode(cast) is CommuneMode.ORDERING
    page = nga.get(PATH).text
    assert "Nguyễn Văn Hùng đề nghị, Đặng Thị Nga đồng ý" in page
    terms = shopper.get("/dieu-khoan").text
    assert "Đơn vị vận hành: HTX Chợ số, số đăng ký 12/ĐK-TMĐT ngày 01/10/2026" in terms
    assert "tiền do người bán tự xem" in terms


def test_one_officer_lets_it_do_less_at_once(hung: FlaskClient, cast: Cast) -> None:
    assert send(hung, PATH, {"mode": "showcase"}).status_code == 303
    assert mode(cast) is CommuneMode.SHOWCASE
    page = hung.get(PATH).text
    assert "Đã đổi" in page
    assert "Nguyễn Văn Hùng đổi ngay" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"mode": ""}, "Mời chọn chế độ."),
        ({"mode": "everything"}, "Mời chọn"),
        ({"number": ""}, "Mời ghi đủ ba điều"),
        ({"operator": "", "number": "", "day": ""}, "Chợ nhận đơn phải có đơn vị vận hành"),
        ({"day": "2027-01-01"}, "Ngày đăng ký chưa tới"),
        ({"day": "hôm qua"}, "ngày"),
    ],
)
def test_what_is_typed_wrong_comes_back(
    hung: FlaskClient, nga: FlaskClient, cast: Cast, now: Clock, said: dict[str, str], sentence: str
) -> None:
    with transaction() as session:
        session.get_one(Commune, cast.commune).mode = CommuneMode.SHOWCASE
    page = send(hung, PATH, ASKED | said)
    assert page.status_code == 422
    assert sentence in page.text
    assert mode(cast) is CommuneMode.SHOWCASE


def test_a_market_that_takes_orders_without_a_registration_is_told_so(hung: FlaskClient, cast: Cast) -> None:
    """One of before modes had a history: nobody's word was made up for it."""
    assert "chưa ghi số đăng ký" in hung.get(PATH).text


def test_a_made_up_number_is_called_so(hung: FlaskClient, client: FlaskClient, cast: Cast, now: Clock) -> None:
    make.switch_mode(cast.commune, CommuneMode.ORDERING_MATCHED, now())
    assert "Số đăng ký minh họa" in hung.get(PATH).text
    assert "số đăng ký minh họa MH-0001/2026" in client.get("/dieu-khoan").text


def test_the_page_is_an_officer_s(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy, cast.stranger])
