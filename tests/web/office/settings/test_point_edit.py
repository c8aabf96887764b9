"""A pickup point's keeper changes: buyers see the new one (office 9: a second seed did not take it, no page did)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import PickupPoint
from tests.access import keeps_out
from tests.cast import Cast
from tests.events import events_of
from tests.pages import hidden, send
from tests.web.office.settings.test_point_new import said


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/van-phong/cai-dat/diem-nhan/{cast.pickup}"


def test_a_changed_keeper_is_there_at_once(hung: FlaskClient, cast: Cast, session: Session, path: str) -> None:
    before = session.get_one(PickupPoint, cast.pickup).name
    assert before in hung.get(path).text

    assert [send(hung, path, said(cast)).status_code for _ in range(2)] == [303, 303]

    session.expire_all()
    point = session.get_one(PickupPoint, cast.pickup)
    assert (point.name, point.keeper_name, point.hamlet_id) == ("Đình làng", "Ông Bảo", cast.mo_doan)
    (event,) = events_of(session, "pickup_point", cast.pickup)
    assert (event.verb, event.actor_id) == ("edit_pickup_point", cast.hung)
    assert "keeper_phone" in event.fields
    assert "Ông" not in event.fields, "an event holds no names"
    assert "Ông Bảo" in hung.get("/van-phong/cai-dat/diem-nhan").text


def test_what_another_officer_changed_meanwhile_is_shown_first(hung: FlaskClient, cast: Cast, path: str) -> None:
    unseen = hidden(hung.get(path).text, path)
    with transaction() as writing:
        writing.get_one(PickupPoint, cast.pickup).keeper_name = "Bà Khác"
    page = hung.post(path, data=unseen | said(cast))
    assert (page.status_code, "người giữ (nay là Bà Khác)" in page.text) == (409, True)


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy], method=method)
