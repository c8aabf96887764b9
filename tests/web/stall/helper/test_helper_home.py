"""Bà con trong thôn: how far each business has come, and who has let a buyer wait too long."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import Business, BusinessStatus, Mandate
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import order_row, place, wanted
from tests.pages import press
from tests.queries import counting
from tests.web.stall.settings.test_mandates import mandate

PATH = "/to-cong-nghe"
LATE = "Để khách chờ lâu"


@pytest.fixture
def vy(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.vy, now())
    return client


def test_the_hamlets_businesses_stand_with_how_far_they_have_come(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)

    page = vy.get(PATH).text

    assert "Rau bà Lan" in page
    assert "ủy quyền đến 22/02/2027" in page
    assert "có gian hàng" in page
    assert "Tranh thêu Xuân Nẻo cô Thêu" in page
    assert "chưa có tài khoản" in page


def test_another_hamlets_businesses_are_not_shown_but_under_a_mandate(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Rươi anh Tư" not in vy.get(PATH).text

    from market.accounts.models import Person

    with transaction() as writing:
        people = writing.get_one(Person, cast.vy), writing.get_one(Person, cast.hung)
        make.make_mandate(writing, writing.get_one(Business, cast.tu.business), *people, now())
    assert "Rươi anh Tư" in vy.get(PATH).text


def test_a_business_that_has_ended_is_not_shown(vy: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.theu).status = BusinessStatus.TERMINATED

    assert "Tranh thêu" not in vy.get(PATH).text


def test_who_lets_a_buyer_wait_an_hour_is_to_be_called(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    code = order_row(place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]).code
    assert LATE not in vy.get(PATH).text

    now.move(minutes=61)
    page = vy.get(PATH).text
    assert LATE in page
    assert code in page
    assert 'href="tel:+84900000011"' in page
    assert "hết hạn 20:00 24/11" in page


def test_an_order_that_was_answered_or_has_run_out_waits_for_nobody(
    app: Flask, vy: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = order_row(place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]).code
    place(cast.commune, wanted(cast.dau_xanh), now=now())
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    desk = f"/ban-hang/{cast.lan.slug}/don"
    press(lan, desk, f"{desk}/{code}/nhan")
    now.move(hours=2)
    assert code not in vy.get(PATH).text

    now.move(hours=12)
    assert LATE not in vy.get(PATH).text


def test_another_hamlets_late_orders_are_not_shown(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.ruoi), now=now())
    now.move(hours=2)

    assert LATE not in vy.get(PATH).text


def test_the_number_of_statements_does_not_grow_with_the_hamlet(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.nghia_dung)
        for number in range(40):
            make.make_business(writing, hamlet, f"Hộ số {number}", now())
    vy.get(PATH)

    with counting() as seen:
        vy.get(PATH)

    assert len(seen) <= 7


def test_who_is_no_helper_finds_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.hung, cast.mai])


def test_who_gave_a_mandate_and_nearly_misses_an_order_is_to_be_called(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    code = order_row(place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]).code
    now.move(hours=8, minutes=15)
    assert "Gọi giúp" not in vy.get(PATH).text, "a helper of the hamlet without a mandate"
    mandate(cast, now)
    page = vy.get(PATH).text
    assert "Gọi giúp" in page
    assert f"Đơn {code}, trả lời trước 20:00 24/11" in page
    assert f'href="/ban-hang/{cast.lan.slug}/don/{code}"' in page
    assert LATE not in page, "told once"


def test_whose_mandate_has_ended_nobody_calls_for(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    place(cast.commune, wanted(cast.rau_muong), now=now())
    now.move(hours=8, minutes=15)
    assert "Gọi giúp" in vy.get(PATH).text
    with transaction() as writing:
        writing.execute(update(Mandate).values(revoked_at=now()))
    assert "Gọi giúp" not in vy.get(PATH).text
