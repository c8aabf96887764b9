"""A pickup point is no more: asked first; buyers choose it no longer, and again once it is opened again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.places.models import PickupPoint
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/van-phong/cai-dat/diem-nhan/{cast.pickup}"


def test_it_is_asked_first_and_can_be_taken_back(hung: FlaskClient, cast: Cast, session: Session, path: str) -> None:
    page = hung.get(f"{path}/thoi").text
    assert "Đơn đã hẹn ở đây vẫn giữ" in page
    assert session.get_one(PickupPoint, cast.pickup).is_active

    assert [press(hung, f"{path}/thoi", f"{path}/thoi").status_code for _ in range(2)] == [303, 303]
    session.expire_all()
    assert not session.get_one(PickupPoint, cast.pickup).is_active

    assert press(hung, "/van-phong/cai-dat/diem-nhan", f"{path}/mo-lai").status_code == 303
    session.expire_all()
    assert session.get_one(PickupPoint, cast.pickup).is_active


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, f"{path}/thoi", [cast.lan.person, cast.vy], method=method)
