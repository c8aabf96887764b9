"""A person who should not act for a business any more is taken out of it at once."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.sellers import queries
from market.sellers.models import BusinessMember, ClaimState, MemberRole
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send

WHY = {"reason": "Đã nghỉ làm ở đây"}


def path(business: int, member: int) -> str:
    return f"/van-phong/so-ho/{business}/nguoi/{member}/thoi"


def owner_of(session: Session, business: int) -> int:
    return session.scalars(select(BusinessMember.id).where(BusinessMember.business_id == business)).one()


def staff(cast: Cast, now: Clock, state: ClaimState = ClaimState.CONFIRMED) -> int:
    with transaction() as writing:
        member = BusinessMember(
            business_id=cast.lan.business,
            person_id=cast.mai,
            role=MemberRole.STAFF,
            state=state,
            claimed_at=now(),
            decided_at=now(),
        )
        writing.add(member)
        writing.flush()
        return member.id


def test_staff_who_are_taken_out_open_the_stall_no_more_and_it_sells_on(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    member, mai = staff(cast, now), app.test_client()
    sign_in(client, cast.hung, now())
    sign_in(mai, cast.mai, now())
    assert mai.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 200
    address = path(cast.lan.business, member)
    assert send(client, address, {}).status_code == 422
    assert [send(client, address, WHY).status_code for _ in range(2)] == [303, 303]

    assert mai.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 404
    assert WHY["reason"] in mai.get("/ban-hang").text
    row = session.get_one(BusinessMember, member)
    assert (row.ended_at, row.ended_reason) == (now(), WHY["reason"])
    assert queries.verification_of(session, cast.lan.business)


def test_with_the_person_whose_paper_verifies_it_ends_the_verification(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    sign_in(client, cast.hung, now())
    address = path(cast.lan.business, owner_of(session, cast.lan.business))
    assert "thôi hiện trên chợ" in client.get(address).text

    send(client, address, WHY)

    assert queries.verification_of(session, cast.lan.business) is None


def test_who_only_waits_is_answered_not_taken_out(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    member = staff(cast, now, ClaimState.PENDING)
    sign_in(client, cast.hung, now())

    assert send(client, path(cast.lan.business, member), WHY).status_code == 409
    assert session.get_one(BusinessMember, member).ended_at is None


def test_others_find_nothing(app: Flask, cast: Cast, session: Session, now: Clock) -> None:
    member, people = owner_of(session, cast.lan.business), [cast.lan.person, cast.vy, cast.stranger]
    assert keeps_out(app, path(cast.lan.business, member), people)
    assert keeps_out(app, path(cast.lan.business, member), people, method="POST")
    client = app.test_client()
    sign_in(client, cast.hung, now())
    assert client.get(path(cast.tu.business, member)).status_code == 404
    assert client.post(path(cast.tu.business, member), data=WHY).status_code == 404
