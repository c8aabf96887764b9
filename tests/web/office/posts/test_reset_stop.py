"""A reset is stopped from the office too: a slip that was lost, a person who calls."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import PasswordReset
from tests.access import keeps_out
from tests.cast import Cast
from tests.web.account.resets.test_reset import start
from tests.web.office.posts.test_posts import code_on_slip
from tests.web.office.posts.test_resets import LAN, PATH


def test_a_slip_is_stopped_from_the_office_too(app: Flask, hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(PATH, data=LAN)
    code = code_on_slip(hung)
    number = session.scalars(select(PasswordReset.id)).one()
    assert hung.post(f"{PATH}/{number}/chan").location == PATH
    assert start(app.test_client(), code).status_code == 422


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, f"{PATH}/1/chan", [cast.lan.person, cast.vy, cast.hung], method="POST")
