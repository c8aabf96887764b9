"""A pickup point is closed on a day: buyers and sellers of its orders are told, and it can be opened again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.notices.models import Notice
from market.places.models import PickupPoint
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row, place, wanted
from tests.orders.test_slots import WEDNESDAY
from tests.pages import press, send

SAID = {"day": "2026-11-25", "reason": "Hội trường sửa mái"}


@pytest.fixture
def path(cast: Cast) -> str:
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 9))
    return f"/van-phong/cai-dat/diem-nhan/{cast.pickup}/ngay-nghi"


def test_a_day_is_closed_and_opened_again(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, path: str
) -> None:
    order_id = place(cast.commune, wanted(cast.rau_muong, point=cast.pickup, slot=WEDNESDAY), now=now()).order_ids[0]
    assert path in hung.get("/van-phong/cai-dat/diem-nhan").text
    answers = [send(hung, path, SAID) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert order_row(order_id).slot is None
    assert session.query(Notice).filter_by(kind="diem_nghi").count() == 2
    page = hung.get(path).text
    assert "25/11/2026" in page
    assert "Hội trường sửa mái" in page
    assert press(hung, path, path.replace("ngay-nghi", "mo-ngay")).status_code == 303
    assert "Chưa có ngày nghỉ" in hung.get(path).text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"day": "2026-11-23"}, "từ hôm nay"),
        ({"day": "mai"}, "Ngày viết như"),
        ({"reason": " "}, "Mời ghi vì sao"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    hung: FlaskClient, path: str, said: dict[str, str], sentence: str
) -> None:
    page = send(hung, path, SAID | said)
    assert (page.status_code, sentence in page.text) == (422, True)


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy], method=method)
