"""What one officer asked for is agreed to by another, or dropped."""

from flask import Flask
from flask.testing import FlaskClient

from market.places.rules.modes import CommuneMode
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press, send
from tests.web.office.settings.test_modes import ASKED, PATH, mode


def test_what_was_agreed_to_is_so_once(hung: FlaskClient, nga: FlaskClient, cast: Cast, now: Clock) -> None:
    make.switch_mode(cast.commune, CommuneMode.SHOWCASE, now())
    send(hung, PATH, ASKED)
    assert hung.post(f"{PATH}/1/dong-y", data={"seen": "x"}).status_code == 422, "not one's own"
    assert nga.post(f"{PATH}/1/dong-y", data={"seen": "x"}).status_code == 409
    assert press(nga, PATH, f"{PATH}/1/dong-y").status_code == 303
    assert nga.post(f"{PATH}/1/dong-y", data={"seen": "x"}).status_code == 303, "the same word again"
    assert mode(cast) is CommuneMode.ORDERING


def test_a_request_is_dropped(hung: FlaskClient, nga: FlaskClient, cast: Cast, now: Clock) -> None:
    make.switch_mode(cast.commune, CommuneMode.SHOWCASE, now())
    send(hung, PATH, ASKED)
    assert press(nga, PATH, f"{PATH}/1/bo").status_code == 303
    assert "Đang chờ cán bộ thứ hai" not in hung.get(PATH).text
    again = nga.post(f"{PATH}/1/dong-y", data={"seen": "x"})
    assert (again.status_code, "đã bỏ" in again.text) == (422, True)


def test_both_buttons_are_an_officer_s(app: Flask, cast: Cast) -> None:
    others = [cast.lan.person, cast.vy, cast.stranger]
    assert keeps_out(app, f"{PATH}/1/dong-y", others, method="POST")
    assert keeps_out(app, f"{PATH}/1/bo", others, method="POST")
