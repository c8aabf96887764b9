"""Tin chưa tới: what could not be sent to a stall's people, read here, with the cure."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.notices.models import Notice, NoticeDispatch
from market.notices.rules import Arrival
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.notices.ways import message, tell
from tests.web.stall.settings.test_mandates import mandate

PATH = "/ban-hang/rau-ba-lan/tin-chua-toi"
TODAY = "/ban-hang/rau-ba-lan"


def miss(now: Clock, business_id: int, *keys: str) -> list[int]:
    """Notices of a business that came to nobody."""
    tell(now, *(message(key, business=business_id) for key in keys))
    ids = [reading().scalars(select(Notice.id).where(Notice.dedupe_key == key)).one() for key in keys]
    with transaction() as session:
        for one in ids:
            of = {"commune_id": 1, "notice_id": one, "business_id": business_id}
            session.add(NoticeDispatch(**of, reach=Arrival.UNREACHED, created_at=now()))
    return ids


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def test_what_did_not_arrive_stands_on_today_and_is_read_here(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "chưa gửi được tới" not in lan.get(TODAY).text
    miss(now, cast.lan.business, "a", "b")
    miss(now, cast.htx.business, "c")
    page = lan.get(TODAY).text
    assert "2 tin chưa gửi được tới bạn." in page
    assert f'href="{PATH}"' in page
    page = lan.get(PATH).text
    assert ("Tin a." in page, "Tin b." in page, "Tin c." in page) == (True, True, False)
    assert 'href="/tai-khoan/nhan-tin"' in page


def test_where_all_arrived_the_page_says_so(lan: FlaskClient) -> None:
    assert "Không còn tin nào chưa tới" in lan.get(PATH).text


def test_a_helper_reads_it_for_whom_they_act_and_cannot_put_it_away(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    mandate(cast, now)
    miss(now, cast.lan.business, "a")
    sign_in(client, cast.vy, now())
    assert "1 tin chưa gửi được tới Rau bà Lan." in client.get(TODAY).text
    page = client.get(PATH).text
    assert "Tin a." in page
    assert "Tôi biết rồi" not in page
    assert client.post(f"{PATH}/da-biet", data={"den": "99"}).status_code == 403


def test_nobody_else_reads_it(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.htx.person, cast.mai, cast.vy, cast.hung])
