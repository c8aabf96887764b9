"""A pickup point is added: buyers may choose it at once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.places.models import PickupPoint
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import send

PATH = "/van-phong/cai-dat/diem-nhan/moi"


def said(cast: Cast, **fields: str) -> dict[str, str]:
    point = {"hamlet": str(cast.mo_doan), "name": "Đình làng", "keeper_name": "Ông Bảo", "address": "Xóm 2"}
    return point | {"keeper_phone": "0220 3000 111", "opening_hours": "7:00–11:00"} | fields


def test_a_point_is_added_once(hung: FlaskClient, cast: Cast, session: Session) -> None:
    assert [send(hung, PATH, said(cast)).status_code for _ in range(2)] == [303, 303]
    kept = session.scalars(select(PickupPoint).where(PickupPoint.name == "Đình làng")).one()
    assert (kept.hamlet_id, kept.keeper_phone.national, kept.is_active) == (cast.mo_doan, "0220 300 0111", True)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("hamlet", "", "Mời chọn thôn."),
        ("hamlet", "999", "Mời chọn một mục trong danh sách."),
        ("keeper_name", " ", "Mời viết tên người giữ."),
        ("keeper_phone", "12", "Số điện thoại chưa đúng"),
        ("opening_hours", "", "Mời viết giờ mở."),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    hung: FlaskClient, cast: Cast, session: Session, field: str, typed: str, sentence: str
) -> None:
    page = send(hung, PATH, said(cast, **{field: typed}))
    assert (page.status_code, sentence in page.text, "Đình làng" in page.text) == (422, True, True)
    assert session.scalar(select(func.count(PickupPoint.id))) == 1


def test_two_of_one_name_in_a_hamlet_are_one(hung: FlaskClient, cast: Cast, session: Session) -> None:
    send(hung, PATH, said(cast))
    page = send(hung, PATH, said(cast, name="ĐÌNH  LÀNG", keeper_name="Bà Thoa"))
    assert "Thôn này đã có điểm nhận tên Đình làng" in page.text
    assert send(hung, PATH, said(cast, hamlet=str(cast.nghia_dung))).status_code == 303, "another hamlet has one too"


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, PATH, [cast.lan.person, cast.vy], method=method)
