"""A drafted account is dropped by its writer."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send
from tests.web.stall.drafts.test_account_draft import OWN, PATH, kept, mai

__all__ = ["mai"]


def test_its_writer_alone_drops_it_twice_is_once(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    send(mai, PATH, OWN)
    other = app.test_client()
    sign_in(other, cast.stranger, now())
    assert other.post(f"{PATH}/bo").status_code == 303
    assert len(kept()) == 1
    for _ in range(2):
        assert mai.post(f"{PATH}/bo").status_code == 303
    assert kept() == []
    assert app.test_client().post(f"{PATH}/bo").status_code == 303
