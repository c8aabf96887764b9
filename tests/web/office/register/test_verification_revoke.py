"""A verification that should not stand is revoked at once; another paper is looked at before the stall sells again."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.notices.models import Notice
from market.sellers import queries
from market.sellers.models import BusinessMember, Verification, VerificationState
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.pages import send

WHY = {"reason": "Giấy tờ là của người khác"}


def path(session: Session, business: int) -> str:
    number = session.scalars(select(Verification.id).where(Verification.business_id == business)).one()
    return f"/van-phong/so-ho/{business}/xac-nhan/{number}/thu-hoi"


def test_a_revoked_stall_is_public_no_more_and_its_seller_reads_why(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    sign_in(client, cast.hung, now())
    address, buyer = path(session, cast.lan.business), app.test_client()
    goods = buyer.get(f"/gian-hang/{cast.lan.slug}").text
    assert "Xã đã xem giấy tờ" in goods
    assert "Rau muống" in goods
    assert send(client, address, {}).status_code == 422
    at = now.move(hours=1)
    assert [send(client, address, WHY).status_code for _ in range(2)] == [303, 303]

    ended = session.scalars(select(Verification).where(Verification.business_id == cast.lan.business)).one()
    assert (ended.state, ended.ended_at, ended.ended_reason) == (VerificationState.REVOKED, at, WHY["reason"])
    assert "Xã đã xem giấy tờ" not in buyer.get(f"/gian-hang/{cast.lan.slug}").text
    assert "Rau muống" not in buyer.get("/tim?q=rau").text
    assert buyer.get(f"/san-pham/{cast.rau_muong}-rau-muong").status_code == 404
    told = session.scalars(select(Notice)).one()
    assert told.business_id == cast.lan.business
    assert WHY["reason"] in told.sentence
    assert [event.verb for event in events_of(session, "business", cast.lan.business)][-1] == "revoke_verification"
    shown = client.get(f"/van-phong/so-ho/{cast.lan.business}").text
    assert WHY["reason"] in shown
    assert "Xác nhận lại" in shown


def test_a_member_of_a_revoked_business_is_verified_anew(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    sign_in(client, cast.hung, now())
    send(client, path(session, cast.lan.business), WHY)
    member = session.scalars(select(BusinessMember.id).where(BusinessMember.business_id == cast.lan.business)).one()
    paper = {"full_name": "Phạm Thị Lan", "paper": "Căn cước công dân", "citizen_id": "030163000004"}

    send(client, f"/van-phong/duyet/co-so/{member}", paper | {"birth_date": "1963-05-01"})

    verified = queries.verification_of(session, cast.lan.business)
    assert verified
    assert verified.member_id == member
    assert "Rau muống" in app.test_client().get("/tim?q=rau").text


def test_others_find_nothing(app: Flask, cast: Cast, session: Session, now: Clock) -> None:
    address, people = path(session, cast.lan.business), [cast.lan.person, cast.vy, cast.stranger]
    assert keeps_out(app, address, people)
    assert keeps_out(app, address, people, method="POST")
    client = app.test_client()
    sign_in(client, cast.hung, now())
    mixed = address.replace(f"/so-ho/{cast.lan.business}/", f"/so-ho/{cast.tu.business}/")
    assert client.get(mixed).status_code == 404
    assert client.post(mixed, data=WHY).status_code == 404
