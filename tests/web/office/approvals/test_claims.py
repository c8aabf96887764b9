"""Duyệt cơ sở: who says a business is theirs, and who asks for theirs to be written down, oldest first."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.actions import claim_business
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting

PATH = "/van-phong/duyet/co-so"


def test_claims_wait_with_who_and_how_to_reach_them(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    sign_in(client, cast.hung, now())

    page = client.get(PATH).text
    for part in ("Tranh thêu Xuân Nẻo cô Thêu", "Vũ Thị Mai", "0900 000 021", 'href="/van-phong/duyet"'):
        assert part in page


def test_nothing_waiting_says_so(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())

    assert "Không có gì chờ duyệt" in client.get(PATH).text


def test_the_number_of_statements_does_not_grow_with_the_claims(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        for person in (cast.mai, cast.stranger, cast.vy, cast.tu.person):
            claim_business(writing, Actor(person_id=person), cast.commune, cast.theu, now=now())
    sign_in(client, cast.hung, now())
    client.get(PATH)

    with counting() as seen:
        client.get(PATH)

    assert len(seen) <= 6


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy])
