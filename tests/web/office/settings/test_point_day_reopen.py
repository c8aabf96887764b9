"""A day on which a pickup point was closed is opened again: by its own office alone."""

from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import PointClosure
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast


def test_only_the_day_that_was_named_is_opened(hung: FlaskClient, cast: Cast, session: Session) -> None:
    with transaction() as writing:
        for day in (25, 26):
            make.close_point(writing, cast.pickup, date(2026, 11, day))
    path = f"/van-phong/cai-dat/diem-nhan/{cast.pickup}/mo-ngay"
    assert [hung.post(path, data={"day": day}).status_code for day in ("2026-11-25", "2026-11-25", "x")] == [303] * 3
    assert [one.closed_on.day for one in session.query(PointClosure)] == [26]


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    path = f"/van-phong/cai-dat/diem-nhan/{cast.pickup}/mo-ngay"
    assert keeps_out(app, path, [cast.lan.person, cast.vy], method="POST")
