"""Tin báo: what word costs the commune, whom it did not reach, which orders nobody answers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.notices.models import Notice, NoticeDispatch, PaidNotices
from market.notices.rules import ORDER_FACT, Arrival
from market.notices.senders import SENDERS
from market.places.models import Hamlet
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.notices.ways import Loudspeaker, message, say, tell
from tests.orders.steps import order_row, place, wanted
from tests.queries import counting
from tests.registries import only
from tests.web.stall.today.test_unreached import miss

PATH = "/van-phong/cai-dat/tin-bao"


@pytest.fixture
def hung(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.hung, now())
    return client


def test_what_was_spent_of_the_month_s_messages_stands_there(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with only(SENDERS):
        assert "chưa bật cách nào" in hung.get(PATH).text
    say(ORDER_FACT, "loa")
    with transaction() as session:
        session.add(PaidNotices(commune_id=cast.commune, month="2026-11", sent=100))
        session.add(PaidNotices(commune_id=cast.commune, month="2026-10", sent=7))
    with only(SENDERS, Loudspeaker(is_paid=True)):
        page = hung.get(PATH).text
    assert "100 / 100" in page
    assert "Đã hết số tin mất tiền của tháng" in page
    assert "Loa thôn" in page


def test_who_did_not_hear_stands_there_with_their_number(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    miss(now, cast.lan.business, "a", "b")
    miss(now, cast.theu, "c")
    page = hung.get(PATH).text
    assert "2 tin chưa tới" in page
    assert "1 tin chưa tới" in page
    assert 'href="tel:+84900000011"' in page
    assert "chưa có số máy trong sổ" in page


def test_another_commune_s_are_not_shown(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="30011", name="xã Tứ Kỳ", letters="TK", host="tk.test")
        hamlet = make.make_hamlet(session, far, "thôn Khác")
        shop, far_id = make.make_business(session, hamlet, "Hàng xã khác", now()).id, far.id
        session.add(PaidNotices(commune_id=far_id, month="2026-11", sent=55))
    miss_far(now, shop, far_id)
    page = hung.get(PATH).text
    assert "Hàng xã khác" not in page
    assert "55" not in page


def miss_far(now: Clock, business_id: int, commune_id: int) -> None:
    tell(now, message("far", business=business_id, commune=commune_id))
    notice = reading().scalars(select(Notice.id).where(Notice.dedupe_key == "far")).one()
    with transaction() as session:
        of = {"commune_id": commune_id, "notice_id": notice, "business_id": business_id}
        session.add(NoticeDispatch(**of, reach=Arrival.UNREACHED, created_at=now()))


def test_an_order_that_nobody_answers_stands_there(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    code = order_row(place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]).code
    assert code not in hung.get(PATH).text
    now.move(hours=8, minutes=15)
    page = hung.get(PATH).text
    assert f"Đơn {code}, trả lời trước 20:00 24/11" in page


def test_the_number_of_statements_does_not_grow(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    hung.get(PATH)
    with counting() as few:
        hung.get(PATH)
    with transaction() as session:
        hamlet = session.get_one(Hamlet, cast.nghia_dung)
        shops = [make.make_business(session, hamlet, f"Hộ số {number}", now()).id for number in range(25)]
    for at, shop in enumerate(shops):
        miss(now, shop, f"m{at}")
    with counting() as many:
        page = hung.get(PATH).text
    assert len(many) <= len(few) + 2
    assert page.count("tin chưa tới") == 20, "a page at a time"


def test_nobody_else_reads_it(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.mai, cast.vy])
