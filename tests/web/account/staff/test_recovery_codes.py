"""Mã dự phòng: shown once, right after the app was confirmed; test_second_factor.py has them used."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.account.staff.test_second_factor import hung

__all__ = ["hung"]
PATH = "/tai-khoan/ma-du-phong"


def test_without_new_ones_the_page_leads_back(hung: FlaskClient, now: Clock) -> None:
    assert hung.get(PATH).location == "/tai-khoan/ma-xac-thuc"


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [])
