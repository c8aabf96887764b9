"""The office's list of pickup points, with their keepers (office 9)."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from market.base.db import transaction
from market.places.models import PickupPoint
from market.sellers.models import StallVisit
from tests.access import keeps_out
from tests.cast import Cast

PATH = "/van-phong/cai-dat/diem-nhan"


def test_each_point_stands_there_with_its_keeper_a_page_at_a_time(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        point = writing.get_one(PickupPoint, cast.pickup)
        keeper = point.keeper_name
        for number in range(40):
            fields = {"keeper_name": "Bà Thoa", "keeper_phone": point.keeper_phone, "opening_hours": "7:00"}
            writing.add(PickupPoint(hamlet_id=cast.mo_doan, name=f"Điểm thứ {number:02}", **fields))
    first, second = hung.get(PATH).text, hung.get(f"{PATH}?page=2").text
    assert keeper in first + second
    assert [(f"Điểm thứ {number:02}" in first) + (f"Điểm thứ {number:02}" in second) for number in range(40)] == [
        1
    ] * 40


def test_without_a_point_the_page_says_what_to_do(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.execute(delete(StallVisit))
        writing.execute(delete(PickupPoint))
    page = hung.get(PATH).text
    assert "Xã chưa có điểm nhận hàng" in page
    assert f"{PATH}/moi" in page


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy, cast.stranger])
