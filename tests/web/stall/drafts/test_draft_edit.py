"""What is prepared can be said anew by who wrote it, with another picture or the one that it has."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.sellers.models import PrivatePicture
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import on_both
from tests.pages import hidden, send
from tests.web.stall.drafts.test_drafts import DRAFTS, drafted, goods


def said(client: FlaskClient, path: str, **changed: object) -> dict[str, object]:
    """What the page's form sends: what it came with, and what is typed over it."""
    without_picture = {name: value for name, value in goods().items() if name != "photo"}
    return {**hidden(client.get(path).text, path), **without_picture, **changed}


@on_both
def test_goods_are_said_anew_and_keep_their_picture(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    send(client, f"{DRAFTS}/moi", goods())
    [draft] = drafted(cast.mai)
    path = f"{DRAFTS}/{draft.id}"
    assert 'value="Cà chua bi"' in client.get(path).text
    assert f"/anh/{draft.photo_key}-640.webp" in client.get(path).text
    answer = client.post(path, data=said(client, path, name="Cà chua", price="25k", amount=""))
    assert (answer.status_code, answer.location) == (303, DRAFTS)
    [changed] = drafted(cast.mai)
    assert (changed.id, changed.name, changed.price, changed.on_hand) == (draft.id, "Cà chua", 25_000, None)
    assert changed.photo_key == draft.photo_key


def test_another_picture_takes_the_place_of_the_first(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    send(client, f"{DRAFTS}/moi", goods())
    [draft] = drafted(cast.mai)
    old, path = draft.photo_key, f"{DRAFTS}/{draft.id}"
    data = said(client, path, photo=shelf.sent())
    assert client.post(path, data=data, content_type="multipart/form-data").status_code == 303
    [changed] = drafted(cast.mai)
    assert changed.photo_key != old
    assert reading().scalars(select(PrivatePicture.key)).all() == [changed.photo_key]
    assert client.get(f"/anh/{old}-320.webp").status_code == 404
    assert client.get(f"/anh/{changed.photo_key}-320.webp").status_code == 200


def test_what_another_phone_changed_meanwhile_is_shown_and_the_same_twice_is_once(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.mai, now())
    send(client, f"{DRAFTS}/moi", goods())
    [draft] = drafted(cast.mai)
    path = f"{DRAFTS}/{draft.id}"
    first, second = said(client, path, price="25k"), said(client, path, price="28k")
    for _ in range(2):
        assert client.post(path, data=first).status_code == 303
    answer = client.post(path, data=second)
    assert answer.status_code == 409
    assert "25.000" in answer.text
    assert 'value="28k"' in answer.text
    assert drafted(cast.mai)[0].price == 25_000


def test_a_wrong_price_changes_nothing_and_loses_nothing(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    send(client, f"{DRAFTS}/moi", goods())
    [draft] = drafted(cast.mai)
    answer = client.post(f"{DRAFTS}/{draft.id}", data=said(client, f"{DRAFTS}/{draft.id}", name="Ớt", price="0"))
    assert answer.status_code == 422
    assert 'value="Ớt"' in answer.text
    assert drafted(cast.mai)[0].name == "Cà chua bi"


def test_nobody_else_s_goods_are_there(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    send(client, f"{DRAFTS}/moi", goods())
    [draft] = drafted(cast.mai)
    path = f"{DRAFTS}/{draft.id}"
    data = said(client, path, price="1k")
    assert app.test_client().get(path).status_code == 303
    for person in (cast.stranger, cast.hung, cast.lan.person):
        other = app.test_client()
        sign_in(other, person, now())
        assert other.get(path).status_code == 404
        assert other.post(path, data=data).status_code == 404
    client.post(f"{path}/bo")
    assert client.post(path, data=data).status_code == 404
    assert drafted(cast.mai) == []
