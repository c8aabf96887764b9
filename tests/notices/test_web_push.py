"""Word by push, all the way: from an order through the market's jobs to the push service of the browser's maker, which
opens each message, checks who signed it, and fails in its ways."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.accounts.models import LoginSession
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.secrets import vault
from market.notices.models import EndedWhy, NoticeDelivery, PushSubscription
from market.notices.rules import TEST, News, OrderNews
from market.notices.senders import SENDERS, setting_of
from market.notices.senders.web_push.hosts import is_push_service
from market.notices.senders.web_push.sender import WebPush
from market.notices.senders.web_push.settings import KEY, KEY_SETTING
from market.notices.senders.web_push.vapid import new_key
from market.notices.senders.web_push.words import SAYS, said
from market.orders.rules import PayChoice
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import database_by_day_on
from tests.notices.ways import message, tell, work
from tests.pages import hidden
from tests.payments.steps import Bought, buy
from tests.pushing import push_service, sent_by
from tests.registries import only
from tests.services.push import FakePushService, Phone
from tests.web.shop.buying import buy as buy_here

database_url = database_by_day_on("sqlite")


@pytest.fixture
def service(app: Flask) -> Iterator[FakePushService]:
    with push_service(app) as service, only(SENDERS, WebPush()):
        yield service


@pytest.fixture
def lans(client: FlaskClient, service: FakePushService, cast: Cast, now: Clock) -> Phone:
    """Bà Lan's phone, which asked to be told."""
    return asked(client, service, cast.lan.person, now)


def asked(client: FlaskClient, service: FakePushService, person: int, now: Clock) -> Phone:
    phone = service.phone()
    sign_in(client, person, now())
    assert client.post("/tai-khoan/bao-tin", data=sent_by(phone)).status_code == 200
    return phone


def ordered(cast: Cast, now: Clock) -> Bought:
    bought = buy(cast, now(), accepted=False)
    work()
    return bought


def sellers_end(cast: Cast) -> list[tuple[str, str | None]]:
    """How it went to tell bà Lan."""
    query = select(NoticeDelivery.state, NoticeDelivery.why).where(NoticeDelivery.person_id == cast.lan.person)
    reading().expire_all()
    return [tuple(row) for row in reading().execute(query.order_by(NoticeDelivery.id))]


def why_ended() -> list[EndedWhy | None]:
    return list(reading().scalars(select(PushSubscription.ended_why).order_by(PushSubscription.id)))


def test_a_new_order_is_told_on_the_seller_s_phone(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    bought = ordered(cast, now)
    [received] = lans.received
    assert service.refused == []
    read = received.json()
    assert read == {
        "title": "Chợ số",
        "says": f"Có đơn mới {bought.code}. Chạm để trả lời.",
        "kind": "don_moi",
        "link": f"/ban-hang/rau-ba-lan/don/{bought.code}",
        "tag": read["tag"],
    }
    assert (received.topic, received.urgency, received.ttl) == (read["tag"], "high", 12 * 3600)
    assert sellers_end(cast) == [("da_gui", None)]
    assert reading().scalars(select(PushSubscription.last_ok_at)).all() == [now()]


def test_what_is_pushed_says_nothing_of_anybody(lans: Phone, cast: Cast, now: Clock) -> None:
    """Not the buyer's name, nor goods, nor sums, nor a link that opens an order to who finds the phone."""
    ordered(cast, now)
    text = lans.received[0].said.decode()
    assert not [word for word in ("Mai", "900", "Rau muống", "12.000", "/tra-loi/") if word in text]


def test_every_sentence_of_an_order_reads_well_with_and_without_its_code() -> None:
    assert SAYS.keys() <= {*OrderNews, News.PAPER_ENDS, TEST}
    for kind in (*OrderNews, "ban_moi"):
        with_code = said(kind, "https://cho.vn/don/DS7K2M9PM")
        assert "{" not in with_code + said(kind, "https://cho.vn/ban-hang")
        assert len(with_code) < 60
    assert said("ban_moi", "https://cho.vn/don/DS7K2M9PM") == "Có tin mới về đơn DS7K2M9PM."
    assert said("cho_tra_loi:2026-11-30", "https://cho.vn/ban-hang/gian/don/DS7K2M9PM") == (
        "Đơn DS7K2M9PM chờ bạn trả lời. Chạm để xem."
    )


def test_each_phone_of_a_person_is_told_and_nobody_else_s(
    app: Flask, lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    other = asked(app.test_client(), service, cast.lan.person, now)
    stranger = asked(app.test_client(), service, cast.tu.person, now)
    ordered(cast, now)
    assert [len(one.received) for one in (lans, other, stranger)] == [1, 1, 0]


def test_a_phone_that_signed_out_is_told_nothing(
    client: FlaskClient, lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    client.post("/dang-xuat")
    ordered(cast, now)
    assert service.calls == []
    assert sellers_end(cast) == [("bo_qua", "khong_co_noi_nhan")]


def test_a_phone_that_signs_out_while_the_word_is_on_its_way_is_told_nothing(
    client: FlaskClient, lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    service.answer(lans, 503)
    ordered(cast, now)
    client.post("/dang-xuat")
    now.move(minutes=2)
    work()
    assert (len(service.calls), lans.received) == (1, [])


def test_the_next_person_on_a_shared_phone_hears_their_own_alone(
    client: FlaskClient, lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.tu.person, now(), visitor=reading().scalars(select(LoginSession.visitor)).one())
    assert client.post("/tai-khoan/bao-tin", data=sent_by(lans)).status_code == 200
    ordered(cast, now)
    assert lans.received == []
    buy(cast, now(), variant=cast.ruoi, pay=PayChoice.ON_RECEIPT, accepted=False)
    work()
    assert len(lans.received) == 1


def test_a_guest_is_told_of_the_purchase_that_they_asked_for(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    first, phone = buy_here(client, cast.rau_muong), service.phone()
    second = buy_here(client, cast.dau_xanh)
    receipt = client.get(f"/don/{first}").text.partition('/bao-tin"')[0].rpartition('action="')[2]
    assert client.post(f"{receipt}/bao-tin", data=sent_by(phone)).status_code == 200
    seller = client.application.test_client()
    sign_in(seller, cast.lan.person, now())
    for code in (first, second):
        page = seller.get(f"/ban-hang/{cast.lan.slug}/don/{code}").text
        seller.post(f"/ban-hang/{cast.lan.slug}/don/{code}/nhan", data=hidden(page, "/nhan"))
    work()
    [received] = [one for one in phone.received if one.json()["kind"] != "dat_hang"]
    assert received.json()["says"] == f"Đơn {first} đã được nhận."
    assert received.json()["link"] == f"/don/{first}"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_its_maker_knows_no_more_is_told_no_more(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock, status: int
) -> None:
    service.answer(lans, status)
    ordered(cast, now)
    assert why_ended() == [EndedWhy.GONE]
    assert sellers_end(cast) == [("khong_gui_duoc", "bi_tu_choi")], "the next way's turn comes"
    now.move(days=1)
    ordered(cast, now)
    assert len(service.calls) == 1


def test_a_busy_service_is_left_alone_for_as_long_as_it_says(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    service.retry_after = "1800"
    service.answer(lans, 429)
    ordered(cast, now)
    for minutes, calls in ((2, 1), (20, 1), (9, 2)):
        now.move(minutes=minutes)
        work()
        assert len(service.calls) == calls
    assert len(lans.received) == 1
    assert sellers_end(cast) == [("da_gui", None)]


@pytest.mark.parametrize("pause", ["", "Wed, 21 Oct 2026 07:28:00 GMT", "-5", "٣", "9" * 5000, "1e3"])
def test_a_pause_that_is_no_number_of_seconds_holds_up_nothing(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock, pause: str
) -> None:
    service.retry_after = pause if pause.isascii() else None
    service.answer(lans, 429)
    ordered(cast, now)
    now.move(hours=7)
    work()
    assert len(lans.received) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 413, 307])
def test_what_a_service_will_not_have_is_given_up_and_the_browser_kept(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock, status: int
) -> None:
    """403 comes of a clock that is wrong too: no phone must ask anew for that. Nobody is followed elsewhere."""
    service.answer(lans, status)
    ordered(cast, now)
    now.move(hours=1)
    work()
    assert len(service.calls) == 1
    assert why_ended() == [None]
    assert sellers_end(cast) == [("khong_gui_duoc", "bi_tu_choi")]


def test_a_service_that_is_down_is_tried_again_with_the_same_topic(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    service.answer(lans, 500)
    ordered(cast, now)
    now.move(minutes=2)
    work()
    assert len(service.calls) == 2
    assert len(lans.received) == 1


def test_one_phone_that_took_it_is_enough(
    app: Flask, lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    other = asked(app.test_client(), service, cast.lan.person, now)
    service.answer(other, 500)
    ordered(cast, now)
    now.move(hours=1)
    work()
    assert (len(lans.received), other.received) == (1, [])
    assert len(service.calls) == 2


def test_another_key_of_the_market_ends_what_was_asked_for_under_the_old(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    with patch.dict(os.environ, {KEY_SETTING: new_key()}):
        ordered(cast, now)
    assert service.calls == []
    assert why_ended() == [EndedWhy.OLD_KEY]


def test_a_row_that_names_another_machine_calls_nobody(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    """However it came there."""
    elsewhere = vault().encrypt(service.url.replace("127.0.0.1", "localhost") + "/push/1")
    with transaction() as session:
        session.execute(update(PushSubscription).values(endpoint_cipher=elsewhere))
    ordered(cast, now)
    assert service.calls == []
    assert why_ended() == [EndedWhy.GONE]


def test_production_knows_the_makers_alone(app: Flask, service: FakePushService) -> None:
    assert is_push_service(f"{service.url}/push/1")
    app.config["CHOSO"] = current_settings().model_copy(update={"env": "production"})
    assert not is_push_service(f"{service.url}/push/1")
    assert is_push_service("https://fcm.googleapis.com/fcm/send/1")


def test_a_market_without_a_key_sends_nothing_by_push(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    with patch.dict(os.environ, {KEY_SETTING: ""}):
        ordered(cast, now)
    assert service.calls == []
    assert reading().scalars(select(NoticeDelivery.id)).all() == []


def test_the_setting_is_called_as_every_way_s_is() -> None:
    assert setting_of(WebPush(), KEY) == KEY_SETTING


def test_a_test_word_is_heard(lans: Phone, cast: Cast, now: Clock) -> None:
    tell(now, replace(message("a", person=cast.lan.person), kind=TEST))
    work()
    assert lans.received[0].json()["says"] == "Máy này nhận được tin báo của chợ."


def test_a_message_is_not_signed_for_longer_than_a_day(
    lans: Phone, service: FakePushService, cast: Cast, now: Clock
) -> None:
    service.now = lambda: now() + timedelta(hours=13)
    ordered(cast, now)
    assert service.refused == ["signed for too long, or too long ago"]
