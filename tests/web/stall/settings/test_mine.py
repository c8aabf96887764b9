"""Bán hàng: straight into the one stall, else what is mine, what waits, and how to begin."""

import re

from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.actions import (
    NewProposal,
    accept_proposal,
    claim_business,
    propose_business,
    refuse_claim,
    refuse_proposal,
    verify_claim,
)
from market.sellers.models import BusinessKind
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting
from tests.sellers import shown


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
            kind=BusinessKind.FARM_HOUSEHOLD,
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
        refuse_claim(
            writing,
            Actor(person_id=cast.hung),
            shown.claim(cast.commune, claimed),
            "Mang căn cước tới phòng.",
            now=now(),
        )
    assert "Xã chưa xác nhận: Mang căn cước tới phòng." in client.get("/ban-hang").text


def test_the_office_s_answers_stand_there_until_they_are_read(
    client: FlaskClient, app: Flask, cast: Cast, now: Clock
) -> None:
    mai, hung = Actor(person_id=cast.mai), Actor(person_id=cast.hung)
    new = {"commune_id": cast.commune, "hamlet_id": cast.mo_doan, "kind": BusinessKind.FARM_HOUSEHOLD, "trade": None}
    with transaction() as writing:
        claimed = claim_business(writing, mai, cast.commune, cast.theu, now=now())
        taken = propose_business(writing, mai, NewProposal(name="Vườn chị Mai", tax_id=None, **new), now=now())
        other = propose_business(writing, mai, NewProposal(name="Ao chị Mai", tax_id=None, **new), now=now())
    with transaction() as writing:
        accept_proposal(writing, hung, shown.proposal(cast.commune, taken), now=now())
        refuse_proposal(writing, hung, shown.proposal(cast.commune, other), "Đã có trong sổ", now=now())
        refuse_claim(writing, hung, shown.claim(cast.commune, claimed), "Mang căn cước tới phòng.", now=now())
    sign_in(client, cast.mai, now())
    page = client.get("/ban-hang").text
    assert "Xã đã ghi Vườn chị Mai vào sổ" in page
    assert "Xã chưa ghi Ao chị Mai vào sổ: Đã có trong sổ" in page
    assert "Xã chưa xác nhận Tranh thêu Xuân Nẻo cô Thêu là của bạn: Mang căn cước tới phòng." in page
    last = re.search(r'name="den" value="(\d+)"', page)
    assert last
    stranger = app.test_client()
    sign_in(stranger, cast.stranger, now())
    assert "Tin từ xã" not in stranger.get("/ban-hang").text
    stranger.post("/ban-hang/tin", data={"den": last[1]})
    assert "Tin từ xã" in client.get("/ban-hang").text
    assert client.post("/ban-hang/tin", data={"den": last[1]}).location == "/ban-hang"
    assert "Tin từ xã" not in client.get("/ban-hang").text


def test_a_confirmed_business_is_told_in_the_stall_it_opens(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        claimed = claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    with transaction() as writing:
        seen = shown.paper(cast.commune, claimed)
        verify_claim(writing, Actor(person_id=cast.hung), seen, now=now())
    sign_in(client, cast.mai, now())
    page = client.get(client.get("/ban-hang").location).text
    assert "Xã đã xác nhận Tranh thêu Xuân Nẻo cô Thêu là của bạn. Gian hàng đã mở." in page


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/ban-hang", [])
    assert keeps_out(app, "/ban-hang/tin", [], method="POST")


def test_the_page_asks_the_database_little(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    client.get("/ban-hang")

    with counting() as seen:
        client.get("/ban-hang")

    assert len(seen) <= 6
