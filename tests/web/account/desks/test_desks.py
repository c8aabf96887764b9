"""Signing in leads to one's own desk: the stall, the hamlet, the point, the office; who has several chooses once."""

import re
from datetime import datetime, timedelta

from flask.testing import FlaskClient

from market.accounts.models import LoginSession, Person
from market.base.db import reading, transaction
from market.places.models import Hamlet
from market.sellers.models import BusinessMember, ClaimState, Post, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD
from tests.web.base.world import plain_row

CHOOSE = "/tai-khoan/noi-lam-viec"


def signed_in(client: FlaskClient, person_id: int, tiep: str = "") -> str:
    """Where signing in by the form leads this person."""
    phone = reading().get_one(Person, person_id).phone
    assert phone is not None
    answer = client.post("/dang-nhap", data={"phone": phone.national, "password": PASSWORD, "tiep": tiep})
    assert answer.status_code == 303
    return answer.location


def make_keeper(cast: Cast, person_id: int, now: datetime) -> None:
    with transaction() as session:
        hamlet = session.get_one(Hamlet, cast.nghia_dung)
        make.make_post(session, session.get_one(Person, person_id), PostRole.KEEPER, hamlet, now)


def add_stall_of(cast: Cast, person_id: int, business_id: int, now: datetime) -> None:
    """Let somebody run a business that is another's too."""
    with transaction() as session:
        session.add(
            BusinessMember(business_id=business_id, person_id=person_id, state=ClaimState.CONFIRMED, claimed_at=now)
        )


def test_everybody_lands_on_their_own_desk(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make_keeper(cast, cast.mai, now())
    desks = {
        cast.lan.person: f"/ban-hang/{cast.lan.slug}",
        cast.vy: "/to-cong-nghe",
        cast.mai: "/diem-nhan",
        cast.hung: "/van-phong",
        cast.stranger: "/tai-khoan",
    }
    for person, desk in desks.items():
        assert signed_in(client, person) == desk
        client.post("/dang-xuat")


def test_who_was_on_the_way_somewhere_gets_there(client: FlaskClient, cast: Cast) -> None:
    assert signed_in(client, cast.lan.person, "/gio-hang") == "/gio-hang"


def test_who_waits_for_the_commune_lands_where_that_is_said(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.add(BusinessMember(business_id=cast.theu, person_id=cast.stranger, claimed_at=now()))
    assert signed_in(client, cast.stranger) == "/ban-hang"


def test_who_has_several_chooses_and_it_is_remembered(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make_keeper(cast, cast.lan.person, now())
    assert signed_in(client, cast.lan.person) == CHOOSE
    page = client.get(CHOOSE).text
    assert "Rau bà Lan" in page
    assert "Điểm nhận hàng" in page
    assert "đang chọn" not in page
    answer = client.post(CHOOSE, data={"noi": f"gian:{cast.lan.stall}"})
    assert (answer.status_code, answer.location) == (303, f"/ban-hang/{cast.lan.slug}")
    assert "đang chọn" in client.get(CHOOSE).text
    client.post("/dang-xuat")
    assert signed_in(client, cast.lan.person) == f"/ban-hang/{cast.lan.slug}"
    assert CHOOSE in client.get("/tai-khoan").text


def test_two_stalls_are_two_desks(client: FlaskClient, cast: Cast, now: Clock) -> None:
    add_stall_of(cast, cast.lan.person, cast.htx.business, now())
    assert signed_in(client, cast.lan.person) == CHOOSE
    client.post(CHOOSE, data={"noi": f"gian:{cast.htx.stall}"})
    client.post("/dang-xuat")
    assert signed_in(client, cast.lan.person) == f"/ban-hang/{cast.htx.slug}"


def test_a_desk_that_is_theirs_no_more_is_asked_about_again(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make_keeper(cast, cast.lan.person, now())
    add_stall_of(cast, cast.lan.person, cast.htx.business, now())
    signed_in(client, cast.lan.person)
    client.post(CHOOSE, data={"noi": "diem"})
    with transaction() as session:
        post = session.query(Post).filter_by(person_id=cast.lan.person).one()
        session.delete(post)
    client.post("/dang-xuat")
    assert signed_in(client, cast.lan.person) == CHOOSE


def test_the_page_of_choices_is_for_those_who_have_a_desk(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make.sign_in(client, cast.stranger, now())
    assert client.get(CHOOSE).location == "/tai-khoan"


def test_many_places_of_work_and_phones_stand_a_page_at_a_time(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        hamlet = session.get_one(Hamlet, cast.nghia_dung)
        officer, lan = session.get_one(Person, cast.hung), session.get_one(Person, cast.lan.person)
        for number in range(24):
            business = make.make_business(session, hamlet, f"Gian thứ {number:02} của bà Lan", now())
            make.make_stall(session, business, lan, officer, now())
            plain_row(session, LoginSession, now(), **signed_in_elsewhere(cast, now(), number))
    make.sign_in(client, cast.lan.person, now())
    first, second = client.get(CHOOSE).text, client.get(f"{CHOOSE}?page=2").text
    assert [page.count('name="noi"') for page in (first, second)] == [20, 5]
    chosen = client.post(CHOOSE, data={"noi": re.findall(r'name="noi" value="(gian:\d+)"', second)[-1]})
    assert chosen.status_code == 303, "also one that stands on the last page"
    mine = [client.get(f"/ban-hang?gian={page}").text for page in (1, 2)]
    assert [page.count("Gian thứ") for page in mine] == [19, 5]
    phones = [client.get(f"/tai-khoan?may={page}").text for page in (1, 2, 3)]
    assert [page.count("Dùng lần cuối") for page in phones] == [10, 10, 5]
    assert "máy này" in phones[0]


def signed_in_elsewhere(cast: Cast, now: datetime, number: int) -> dict[str, object]:
    seen = now - timedelta(hours=number + 1)
    who = {"commune_id": cast.commune, "person_id": cast.lan.person, "key_hash": f"another-{number}"}
    return who | {"seen_at": seen, "expires_at": now + timedelta(days=9)}
