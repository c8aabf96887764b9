"""What a kept file would do is seen by officers alone."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting
from tests.web.office.register.test_register_import import SAMPLE, send


def test_others_find_nothing_even_with_the_address(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    kept = send(client, SAMPLE).location

    assert keeps_out(app, kept, [cast.lan.person, cast.vy])
    assert keeps_out(app, f"{kept}/ghi", [cast.lan.person, cast.vy], method="POST")


def test_looking_asks_the_database_a_fixed_number_of_questions(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    kept = send(client, SAMPLE).location
    client.get(kept)

    with counting() as seen:
        client.get(kept)

    assert len(seen) <= 9
