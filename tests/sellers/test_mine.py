"""Bán hàng: straight into the one stall, else what is mine, what waits, and how to begin."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.actions import NewProposal, claim_business, propose_business, refuse_claim
from market.sellers.models import BusinessKind
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting
from tests.walls import keeps_out


def test_who_has_one_stall_is_led_straight_into_it(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    assert client.get("/ban-hang").location == f"/ban-hang/{cast.lan.slug}"


def test_who_has_none_is_shown_the_first_step(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())

    page = client.get("/ban-hang").text

    assert "Bạn chưa có gian hàng" in page
    assert "Hộ nông dân bán hàng nhà làm ra không cần đăng ký kinh doanh" in page
    assert 'href="/ban-hang/nhan-co-so"' in page


def test_what_waits_for_the_commune_and_what_was_refused_is_told_with_its_reason(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    mai = Actor(person_id=cast.mai)
    with transaction() as writing:
        claimed = claim_business(writing, mai, cast.commune, cast.theu, now=now())
        new = NewProposal(
            commune_id=cast.commune,
            hamlet_id=cast.mo_doan,
            kind=BusinessKind.HO_NONG_DAN,
            name="Vườn chị Mai",
            trade=None,
            tax_id=None,
        )
        propose_business(writing, mai, new, now=now())
    sign_in(client, cast.mai, now())
    page = client.get("/ban-hang").text
    assert "chờ xác nhận" in page
    assert "Vườn chị Mai" in page
    assert "chờ ghi sổ" in page

    with transaction() as writing:
        refuse_claim(writing, Actor(person_id=cast.hung), cast.commune, claimed, "Mang căn cước tới phòng.", now=now())
    assert "Xã chưa xác nhận: Mang căn cước tới phòng." in client.get("/ban-hang").text


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/ban-hang", [])


def test_the_page_asks_the_database_little(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    client.get("/ban-hang")

    with counting() as seen:
        client.get("/ban-hang")

    assert len(seen) <= 6
