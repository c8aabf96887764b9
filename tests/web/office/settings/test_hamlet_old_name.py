"""An old name that people still write leads to a hamlet (office 9)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.places.models import OldPlace
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import send
from tests.web.office.settings.test_hamlet_edit import means


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/van-phong/cai-dat/thon/{cast.mo_doan}"


def test_an_old_name_is_added_and_one_that_is_a_hamlet_today_is_none(
    hung: FlaskClient, cast: Cast, session: Session, path: str
) -> None:
    for _ in range(2):
        assert send(hung, path, {"old_name": "làng Đuồn"}, f"{path}/ten-cu").status_code == 303
    assert means(session, cast, "Đuồn") == cast.mo_doan
    assert len(session.scalars(select(OldPlace)).all()) == 1

    taken = send(hung, path, {"old_name": "Nghĩa Dũng"}, f"{path}/ten-cu")
    assert (taken.status_code, "thôn Nghĩa Dũng đang là tên của một thôn" in taken.text) == (422, True)
    assert means(session, cast, "Nghĩa Dũng") == cast.nghia_dung


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    assert keeps_out(app, f"{path}/ten-cu", [cast.lan.person, cast.vy], method="POST")
