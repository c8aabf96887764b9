"""Ủy quyền: whom a business lets help, until when; ended by one tap."""

from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.db import transaction
from market.sellers.models import Business
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/uy-quyen"


def mandate(cast: Cast, now: Clock) -> int:
    with transaction() as writing:
        people = writing.get_one(Person, cast.vy), writing.get_one(Person, cast.hung)
        return make.make_mandate(writing, writing.get_one(Business, cast.lan.business), *people, now()).id


def test_the_owner_sees_who_may_act_and_until_when(client: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    sign_in(client, cast.lan.person, now())

    page = client.get(path(cast)).text
    assert "Trần Khánh Vy" in page
    assert "đến 22/02/2027" in page
    assert "Lấy mã 6 số" in page


def test_a_mandate_past_its_day_stands_among_the_ended(client: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    now.move(days=91)
    sign_in(client, cast.lan.person, now())

    page = client.get(path(cast)).text
    assert "Chưa có ai." in page
    assert "24/11/2026 đến 22/02/2027" in page


def test_a_helper_sees_no_way_to_a_code(client: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    sign_in(client, cast.vy, now())

    assert "Lấy mã 6 số" not in client.get(path(cast)).text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast), [cast.tu.person, cast.vy, cast.hung, cast.stranger])


def test_many_mandates_stand_a_page_at_a_time_who_may_act_first(client: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    with transaction() as writing:
        people = writing.get_one(Person, cast.vy), writing.get_one(Person, cast.hung)
        for _ in range(11):
            ended = make.make_mandate(writing, writing.get_one(Business, cast.lan.business), *people, now())
            ended.revoked_at = now()
    sign_in(client, cast.lan.person, now())

    first, second = client.get(path(cast)).text, client.get(f"{path(cast)}?page=2").text
    assert [text.count("Chấm dứt") for text in (first, second)] == [1, 0]
    assert [text.count("<strong>Trần Khánh Vy</strong>") for text in (first, second)] == [10, 2]
    assert "Chưa có ai." not in second, "who may act stands on the page before"
