"""What is prepared is dropped by who wrote it."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send
from tests.web.stall.drafts.test_drafts import DRAFTS, drafted, goods


def test_its_writer_alone_drops_it_twice_is_once(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    send(client, f"{DRAFTS}/moi", goods())
    [draft] = drafted(cast.mai)
    other = app.test_client()
    sign_in(other, cast.stranger, now())
    assert other.post(f"{DRAFTS}/{draft.id}/bo").status_code == 404
    for _ in range(2):
        assert client.post(f"{DRAFTS}/{draft.id}/bo").status_code == 303
    assert drafted(cast.mai) == []
    assert client.get(f"/anh/{draft.photo_key}-320.webp").status_code == 404
