"""A paper that is shown is let go after a question."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers.models import Certificate
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press
from tests.web.office.register.test_certificate import PAPER, path


def test_it_is_asked_first(hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(path(cast), data=PAPER)
    kept = session.scalars(select(Certificate)).one()
    before, page = kept.valid_to, f"{path(cast)}/{kept.id}/het"
    assert "Thôi hiện giấy này?" in hung.get(page).text
    session.expire_all()
    assert kept.valid_to == before

    assert press(hung, page, page).status_code == 303
    session.expire_all()
    assert kept.valid_to != before


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, f"{path(cast)}/1/het", [cast.htx.person, cast.vy])
