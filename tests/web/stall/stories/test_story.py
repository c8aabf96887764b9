"""Agreeing to a story, and taking that back: by its own people, never by a helper."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.sellers.models import Business
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_stories import publish, shown, written
from tests.pages import press


def test_one_tap_agrees_and_one_takes_it_down(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    story = written(cast, now)
    make.sign_in(client, cast.lan.person, now())
    page = f"/ban-hang/{cast.lan.slug}/chuyen"
    assert client.post(f"{page}/{story}/dong-y", data={"seen": "x"}).status_code == 409
    assert press(client, page, f"{page}/{story}/dong-y").status_code == 303
    publish(cast, story, now)
    assert shown(cast) != []
    with transaction() as session:
        vy, hung = (session.get_one(make.Person, one) for one in (cast.vy, cast.hung))
        make.make_mandate(session, session.get_one(Business, cast.lan.business), vy, hung, now())
    helper = app.test_client()
    make.sign_in(helper, cast.vy, now())
    assert "Chỉ chính người bán" in helper.get(page).text
    assert helper.post(f"{page}/{story}/rut").status_code == 403
    assert press(client, page, f"{page}/{story}/rut").status_code == 303
    assert shown(cast) == []
