"""Giúp tôi: whom to call, who acts in my place, what I can do myself."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting
from tests.web.stall.settings.test_mandates import mandate


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/giup-toi"


def test_the_hamlets_helper_and_the_office_are_one_tap_away(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    page = client.get(path(cast)).text
    for part in ("Trần Khánh Vy", 'href="tel:+84900000002"', 'href="https://zalo.me/0900000002"', "tel:+842203000000"):
        assert part in page


def test_another_hamlets_helper_is_not_named(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.tu.person, now())

    assert "Trần Khánh Vy" not in client.get(f"/ban-hang/{cast.tu.slug}/giup-toi").text


def test_a_live_mandate_can_be_ended_from_here(client: FlaskClient, cast: Cast, now: Clock) -> None:
    given = mandate(cast, now)
    sign_in(client, cast.lan.person, now())

    page = client.get(path(cast)).text
    assert "đến hết 22/02/2027" in page
    assert f'action="/ban-hang/{cast.lan.slug}/uy-quyen/{given}/ngung"' in page
    now.move(days=91)
    assert "đến hết" not in client.get(path(cast)).text


def test_the_page_asks_the_database_little(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())
    client.get(path(cast))

    with counting() as seen:
        client.get(path(cast))

    assert len(seen) <= 8


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast), [cast.tu.person, cast.vy, cast.hung, cast.stranger])
