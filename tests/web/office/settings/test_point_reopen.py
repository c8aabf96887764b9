"""A pickup point is opened again where its hamlet still is one."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import Hamlet, PickupPoint
from tests.access import keeps_out
from tests.cast import Cast


def test_one_of_a_hamlet_that_is_not_in_use_stays_closed(hung: FlaskClient, cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.get_one(Hamlet, cast.nghia_dung).is_active = False
        writing.get_one(PickupPoint, cast.pickup).is_active = False
    answer = hung.post(f"/van-phong/cai-dat/diem-nhan/{cast.pickup}/mo-lai")
    assert (answer.status_code, "không còn dùng" in answer.text) == (409, True)
    assert not session.get_one(PickupPoint, cast.pickup).is_active


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    path = f"/van-phong/cai-dat/diem-nhan/{cast.pickup}/mo-lai"
    assert keeps_out(app, path, [cast.lan.person, cast.vy], method="POST")
