"""The office closes a stall at once, saying why, and opens it again."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.notices.models import Notice
from market.sellers.models import BusinessMember, ClaimState, Stall, StallState
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send

WHY = {"reason": "Bán hàng không rõ nguồn gốc"}


def path(business: int) -> str:
    return f"/van-phong/so-ho/{business}/gian-hang/dong"


def reopen(client: FlaskClient, business: int) -> int:
    return client.post(f"/van-phong/so-ho/{business}/gian-hang/mo-lai").status_code


def test_a_closed_stall_sells_nothing_until_it_is_opened_again(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    sign_in(client, cast.hung, now())
    buyer, lan = app.test_client(), app.test_client()
    sign_in(lan, cast.lan.person, now())
    assert send(client, path(cast.lan.business), {}).status_code == 422
    assert [send(client, path(cast.lan.business), WHY).status_code for _ in range(2)] == [303, 303]

    stall = session.get_one(Stall, cast.lan.stall)
    assert (stall.state, stall.closed_reason) == (StallState.CLOSED, WHY["reason"])
    assert "Rau muống" not in buyer.get("/tim?q=rau").text
    assert WHY["reason"] in lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert WHY["reason"] in client.get(f"/van-phong/so-ho/{cast.lan.business}").text

    now.move(minutes=1)
    assert [reopen(client, cast.lan.business) for _ in range(2)] == [303, 303]
    session.expire_all()
    assert session.get_one(Stall, cast.lan.stall).state is StallState.OPEN
    assert "Rau muống" in buyer.get("/tim?q=rau").text
    kinds = select(Notice.kind).where(Notice.business_id == cast.lan.business).order_by(Notice.id)
    assert session.scalars(kinds).all() == ["gian_bi_dong", "gian_mo_lai"]


def test_an_officer_does_not_reopen_a_stall_of_their_own(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    sign_in(client, cast.hung, now())
    send(client, path(cast.lan.business), WHY)
    with transaction() as writing:
        own = {"business_id": cast.lan.business, "person_id": cast.hung, "claimed_at": now()}
        writing.add(BusinessMember(state=ClaimState.CONFIRMED, **own))

    assert reopen(client, cast.lan.business) == 422
    assert session.get_one(Stall, cast.lan.stall).is_closed


def test_a_business_without_a_stall_has_none_to_close(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())

    assert client.get(path(cast.theu)).status_code == 404
    assert client.post(path(cast.theu), data=WHY).status_code == 404
    assert reopen(client, cast.theu) == 404


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.lan.person, cast.vy, cast.stranger]
    assert keeps_out(app, path(cast.lan.business), people)
    assert keeps_out(app, path(cast.lan.business), people, method="POST")
    assert keeps_out(app, f"/van-phong/so-ho/{cast.lan.business}/gian-hang/mo-lai", people, method="POST")
