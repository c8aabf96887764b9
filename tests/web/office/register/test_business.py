"""One business: what the register says and said, who it is, its papers and mandates."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting


def test_the_page_tells_history_people_and_verification(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())

    page = client.get(f"/van-phong/so-ho/{cast.lan.business}").text

    for part in ("01/07/2025", "sổ của xã", "Phạm Thị Lan", "đã xem CCCD", "24/11/2026", 'href="tel:+84900000011"'):
        assert part in page


def test_a_business_without_account_says_so(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())

    assert "Chưa ai nhận cơ sở này" in client.get(f"/van-phong/so-ho/{cast.theu}").text


def test_another_communes_business_is_not_there(client: FlaskClient, cast: Cast, now: Clock) -> None:
    from market.base.db import transaction
    from tests import factories as make

    with transaction() as writing:
        other = make.make_commune(writing, code="07627", name="xã Đại Sơn (Bắc Ninh)", letters="BN", host="bn.example")
        business = make.make_business(writing, make.make_hamlet(writing, other, "thôn Xa"), "Hộ xa", now()).id
    sign_in(client, cast.hung, now())

    assert client.get(f"/van-phong/so-ho/{business}").status_code == 404
    assert client.get(f"/van-phong/so-ho/{business}/sua").status_code == 404


def test_the_page_asks_a_fixed_number_of_questions(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    client.get(f"/van-phong/so-ho/{cast.lan.business}")

    with counting() as seen:
        client.get(f"/van-phong/so-ho/{cast.lan.business}")

    assert len(seen) <= 16


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, f"/van-phong/so-ho/{cast.lan.business}", [cast.lan.person, cast.vy, cast.stranger])
