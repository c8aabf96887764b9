"""A household without an account: its owner's papers open a stall, which the helper of a signed mandate runs (office
15: a paper mandate for one led to an empty page)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.actions import claim_business
from market.sellers.models import Business, Mandate, MandateMethod, Stall, Verification
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, send
from tests.web.office.register.test_mandate import typed

SEEN = {
    "full_name": "Nguyễn Thị Thêu",
    "paper": "Căn cước công dân",
    "citizen_id": "030163000004",
    "birth_date": "1963-05-01",
}


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/van-phong/so-ho/{cast.theu}/xac-nhan-giay"


@pytest.fixture
def mandate(hung: FlaskClient, cast: Cast) -> None:
    given = typed(cast, granted_by="Nguyễn Thị Thêu")
    assert hung.post(f"/van-phong/so-ho/{cast.theu}/uy-quyen", data=given).status_code == 303


@pytest.mark.usefixtures("mandate")
def test_a_paper_mandate_leads_to_an_open_stall(
    app: Flask, hung: FlaskClient, cast: Cast, session: Session, now: Clock, path: str
) -> None:
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    before = vy.get(f"/to-cong-nghe/{cast.theu}").text
    assert "Việc tiếp theo để mở gian hàng" in before
    assert "mang căn cước và giấy ủy quyền đã ký" in before
    assert path in hung.get(f"/van-phong/so-ho/{cast.theu}").text
    assert "Em Vy" in hung.get(path).text or "Trần Khánh Vy" in hung.get(path).text

    assert [send(hung, path, SEEN).status_code if one == 0 else 303 for one in range(2)] == [303, 303]

    kept = session.scalars(select(Verification).where(Verification.business_id == cast.theu)).one()
    assert (kept.member_id, kept.full_name, kept.verified_by) == (None, "Nguyễn Thị Thêu", cast.hung)
    stall = session.scalars(select(Stall).where(Stall.business_id == cast.theu)).one()
    assert f"/ban-hang/{stall.slug}" in vy.get(f"/to-cong-nghe/{cast.theu}").text
    desk = vy.get(f"/ban-hang/{stall.slug}")
    assert (desk.status_code, "Bạn đang làm thay" in desk.text) == (200, True)
    assert "Cơ sở đã được xác nhận" in hung.get(path).text


@pytest.mark.usefixtures("mandate")
def test_the_same_form_twice_is_once(hung: FlaskClient, cast: Cast, session: Session, path: str) -> None:
    loaded = hidden(hung.get(path).text, path)
    assert [hung.post(path, data=loaded | SEEN).status_code for _ in range(2)] == [303, 303]
    assert len(session.scalars(select(Verification).where(Verification.business_id == cast.theu)).all()) == 1


@pytest.mark.usefixtures("mandate")
def test_what_speaks_against_the_paper_is_answered_first(
    hung: FlaskClient, cast: Cast, session: Session, path: str
) -> None:
    page = send(hung, path, SEEN | {"birth_date": "1970-05-01"})
    assert (page.status_code, "người sinh năm 1963" in page.text) == (422, True)
    assert session.scalars(select(Verification).where(Verification.business_id == cast.theu)).all() == []
    again = hidden(page.text, path) | SEEN | {"birth_date": "1970-05-01", "why": "Giấy khai sinh ghi 1970"}
    assert hung.post(path, data=again).status_code == 303


def test_without_a_mandate_on_paper_no_stall_opens(hung: FlaskClient, cast: Cast, session: Session, path: str) -> None:
    assert "cần giấy ủy quyền còn hạn" in hung.get(path).text
    answer = hung.post(path, data=SEEN | {"seen": "x"})
    assert (answer.status_code, "cần giấy ủy quyền còn hạn" in answer.text) == (422, True)
    assert session.scalars(select(Stall).where(Stall.business_id == cast.theu)).all() == []


@pytest.mark.usefixtures("mandate")
def test_who_claims_it_by_an_account_is_answered_as_such(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, path: str
) -> None:
    loaded = hidden(hung.get(path).text, path)
    with transaction() as writing:
        claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    answer = hung.post(path, data=loaded | SEEN)
    assert (answer.status_code, "Đã có người nhận cơ sở này" in answer.text) == (422, True)
    assert session.scalars(select(Verification).where(Verification.business_id == cast.theu)).all() == []


@pytest.mark.usefixtures("mandate")
def test_an_ended_mandate_opens_nothing(hung: FlaskClient, cast: Cast, session: Session, path: str) -> None:
    loaded = hidden(hung.get(path).text, path)
    number = session.scalars(select(Mandate.id)).one()
    hung.post(f"/van-phong/so-ho/{cast.theu}/uy-quyen/{number}/ngung", data={"reason": "Đổi ý"})
    assert hung.post(path, data=loaded | SEEN).status_code == 422
    assert session.scalars(select(Stall).where(Stall.business_id == cast.theu)).all() == []


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy], method=method)


@pytest.mark.usefixtures("mandate")
def test_of_many_papers_the_first_are_named_and_the_others_counted(
    hung: FlaskClient, cast: Cast, path: str, now: Clock
) -> None:
    """Also what is decided on: another paper since makes the page another one."""
    loaded = hidden(hung.get(path).text, path)
    with transaction() as session:
        people = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
        for _ in range(7):
            more = make.make_mandate(session, session.get_one(Business, cast.theu), *people, now())
            more.method, more.paper = MandateMethod.PAPER, "giấy ký ngày 20/11/2026"
    page = hung.get(path).text
    assert page.count("Giấy ủy quyền cho") == 5
    assert "Còn 3 giấy nữa ở trang cơ sở" in page
    assert hung.post(path, data=loaded | SEEN).status_code == 409
