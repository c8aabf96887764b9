"""Cách bán hàng: name, words, a rest, who answers orders, what bringing goods costs."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.audit import events_of
from market.base.db import transaction
from market.sellers.models import Business, Stall, StallState
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in

SAVED = {
    "name": "Rau bà Lan",
    "intro": "Rau hái lúc 5 giờ sáng.",
    "delivers_in_commune": "y",
    "delivery_fee": "15k",
    "ships_outside": "y",
    "shipping_fee": "35.000",
}


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/cai-dat"


def stall(session: Session, cast: Cast) -> Stall:
    session.expire_all()
    return session.get_one(Stall, cast.lan.stall)


def test_what_is_saved_is_how_the_stall_sells(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    sign_in(client, cast.lan.person, now())

    assert client.post(path(cast), data=SAVED | {"is_paused": "y", "accepts_by_itself": "y"}).location == path(cast)

    saved = stall(session, cast)
    assert (saved.intro, saved.delivery_fee, saved.shipping_fee) == ("Rau hái lúc 5 giờ sáng.", 15_000, 35_000)
    assert saved.accepts_by_itself
    assert saved.state is StallState.PAUSED
    page = client.get(path(cast)).text
    assert "Rau hái lúc 5 giờ sáng." in page
    assert 'value="15.000"' in page


def test_a_rest_ends_by_unticking_it(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    sign_in(client, cast.lan.person, now())
    client.post(path(cast), data=SAVED | {"is_paused": "y"})

    client.post(path(cast), data=SAVED)

    assert stall(session, cast).state is StallState.OPEN


def test_a_stall_closed_by_the_office_is_not_opened_from_here(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        writing.get_one(Stall, cast.lan.stall).state = StallState.CLOSED
    sign_in(client, cast.lan.person, now())

    assert "Xã đang tạm đóng gian hàng này" in client.get(path(cast)).text
    client.post(path(cast), data=SAVED)
    assert stall(session, cast).state is StallState.CLOSED


def test_a_new_name_gives_a_new_address_and_the_old_one_leads_on(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    assert (
        client.post(path(cast), data=SAVED | {"name": "Rau sạch bà Lan"}).location
        == "/ban-hang/rau-sach-ba-lan/cai-dat"
    )

    old = client.get(path(cast))
    assert (old.status_code, old.location) == (301, "/ban-hang/rau-sach-ba-lan/cai-dat")


def test_no_stall_takes_the_address_of_a_page(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    assert client.post(path(cast), data=SAVED | {"name": "Nhận cơ sở"}).location == "/ban-hang/nhan-co-so-2/cai-dat"


def test_bad_input_is_said_in_words_and_kept(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    answer = client.post(path(cast), data=SAVED | {"name": "", "delivery_fee": "nhiều", "intro": "x" * 601})
    assert answer.status_code == 422
    for part in ("Mời viết tên gian hàng", "Viết gọn trong 600 chữ", 'value="nhiều"', "x" * 601):
        assert part in answer.text


def test_a_helper_with_a_live_mandate_does_it_in_the_sellers_place_and_the_log_says_so(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    from market.accounts.models import Person

    with transaction() as writing:
        business, helper, officer = (
            writing.get_one(Business, cast.lan.business),
            writing.get_one(Person, cast.vy),
            writing.get_one(Person, cast.hung),
        )
        mandate = make.make_mandate(writing, business, helper, officer, now())
    sign_in(client, cast.vy, now())

    assert client.post(path(cast), data=SAVED).status_code == 303

    event = events_of(session, "business", cast.lan.business)[-1]
    assert (event.verb, event.actor_id, event.on_behalf_of, event.mandate_id) == (
        "change_stall",
        cast.vy,
        cast.lan.business,
        mandate.id,
    )
    now.move(days=91)
    assert client.get(path(cast)).status_code == 404


def test_another_seller_a_helper_without_mandate_an_officer_and_a_stranger_find_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.tu.person, cast.vy, cast.hung, cast.stranger]

    assert keeps_out(app, path(cast), people)
    assert keeps_out(app, path(cast), people, method="POST")
