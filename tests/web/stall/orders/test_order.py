"""One order on its stall's side: yes, no, ready, handed over."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.accounts.models import Person
from market.base.audit import Event
from market.base.db import reading, transaction
from market.orders.models import Contact
from market.orders.queries.keys import hand_over_key
from market.orders.rules import OrderStatus
from market.sellers.models import Business
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import hidden, press
from tests.payments.steps import notice
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def test_an_order_shows_who_what_and_where(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2", note="Nhận sau 17 giờ", point=str(cast.pickup))
    page = lan.get(path(cast, code)).text
    for told in ("Vũ Thị Mai", "0900 000 021", "Đậu xanh", "90.000", "Nhà văn hóa", "Nhận sau 17 giờ", "Nhận đơn"):
        assert told in page
    assert hand_over_key(code) not in page
    assert hand_over_key(code)[-4:] not in page


def test_an_order_is_declined_with_a_reason_the_buyer_reads(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    answer = press(lan, path(cast, code, "tu-choi"), path(cast, code, "tu-choi"), reason="Mưa chưa hái được")
    assert answer.status_code == 303
    order = order_of(code)
    assert (order.status, order.ended_reason) == (OrderStatus.DECLINED, "Mưa chưa hái được")
    assert stock(cast.dau_xanh) == (5000, 0)
    assert "Mưa chưa hái được" in client.get(f"/don/{code}").text


def test_a_reason_too_long_comes_back_as_typed(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    answer = press(lan, path(cast, code, "tu-choi"), path(cast, code, "tu-choi"), reason="dài " * 60)
    assert answer.status_code == 422
    assert "Viết gọn" in answer.text
    assert "dài dài" in answer.text
    assert order_of(code).status is OrderStatus.PLACED


def test_accepting_twice_is_accepting_once(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    shown = hidden(lan.get(path(cast, code)).text, path(cast, code, "nhan"))
    for _ in range(2):
        answer = lan.post(path(cast, code, "nhan"), data=shown)
        assert (answer.status_code, answer.location) == (303, path(cast, code))
    assert [event.verb for event in events_of(reading(), "order", order_of(code).id)] == ["place", "accept"]


def test_accepting_a_declined_order_says_where_it_stands(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    shown = hidden(lan.get(path(cast, code)).text, path(cast, code, "nhan"))
    press(lan, path(cast, code, "tu-choi"), path(cast, code, "tu-choi"), reason="Mưa")
    answer = lan.post(path(cast, code, "nhan"), data=shown)
    assert answer.status_code == 409
    assert "đang ở bước “Người bán không giao được”" in answer.text


def test_money_that_came_in_since_the_page_was_opened_is_shown_first(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong, pay="chuyen_khoan")
    shown = hidden(lan.get(path(cast, code)).text, path(cast, code, "nhan"))
    notice(1, 5_000, code, now())
    answer = lan.post(path(cast, code, "nhan"), data=shown)
    assert answer.status_code == 409
    assert "tiền đã vào (nay là 5.000\u00a0₫)" in answer.text
    assert "Đã nhận 5.000\u00a0₫, còn THIẾU 7.000\u00a0₫" in answer.text
    assert order_of(code).status is OrderStatus.PLACED
    fresh = hidden(answer.text, path(cast, code, "nhan"))
    assert lan.post(path(cast, code, "nhan"), data=fresh).status_code == 303
    assert order_of(code).status is OrderStatus.ACCEPTED


def test_an_answer_that_does_not_say_what_it_saw_is_not_taken(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    answer = lan.post(path(cast, code, "nhan"))
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert order_of(code).status is OrderStatus.PLACED
    fresh = hidden(answer.text, path(cast, code, "nhan"))
    assert lan.post(path(cast, code, "nhan"), data=fresh).status_code == 303


def test_declining_twice_is_declining_once(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    sent = hidden(lan.get(path(cast, code, "tu-choi")).text, path(cast, code, "tu-choi")) | {"reason": "Mưa"}
    assert [lan.post(path(cast, code, "tu-choi"), data=sent).status_code for _ in range(2)] == [303, 303]
    assert [event.verb for event in events_of(reading(), "order", order_of(code).id)] == ["place", "decline"]


def test_a_ready_order_called_off_twice_is_called_off_once(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    lan.post(path(cast, code, "san-sang"))
    sent = hidden(lan.get(path(cast, code, "tu-choi")).text, path(cast, code, "tu-choi")) | {"reason": "Hỏng"}
    assert [lan.post(path(cast, code, "tu-choi"), data=sent).status_code for _ in range(2)] == [303, 303]
    assert (order_of(code).status, order_of(code).ended_reason) == (OrderStatus.CANCELLED, "Hỏng")


def test_an_order_its_buyer_called_off_is_not_declined(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    sent = hidden(lan.get(path(cast, code, "tu-choi")).text, path(cast, code, "tu-choi")) | {"reason": "Mưa"}
    client.post(f"/don/{code}/huy")
    answer = lan.post(path(cast, code, "tu-choi"), data=sent)
    assert answer.status_code == 422
    assert "đang ở bước" in answer.text
    assert order_of(code).ended_reason == "Người mua hủy"


def test_what_happened_since_a_page_was_opened_is_shown_before_its_order_is_declined(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong, pay="chuyen_khoan")
    decline = path(cast, code, "tu-choi")
    shown = hidden(lan.get(decline).text, decline) | {"reason": "Mưa chưa hái được"}
    notice(1, 5_000, code, now())
    press(lan, path(cast, code), path(cast, code, "nhan"))
    answer = lan.post(decline, data=shown)
    assert answer.status_code == 409
    assert "tiền đã vào (nay là 5.000\u00a0₫), đơn (nay là Đã nhận)" in answer.text
    assert 'value="Mưa chưa hái được"' in answer.text
    assert order_of(code).status is OrderStatus.ACCEPTED
    fresh = hidden(answer.text, decline) | {"reason": "Mưa chưa hái được"}
    assert lan.post(decline, data=fresh).status_code == 303
    assert order_of(code).status is OrderStatus.DECLINED


def test_a_decline_that_does_not_say_what_it_saw_is_not_taken(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    answer = lan.post(path(cast, code, "tu-choi"), data={"reason": "Mưa chưa hái được"})
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert 'value="Mưa chưa hái được"' in answer.text
    assert order_of(code).status is OrderStatus.PLACED


def test_an_order_past_its_time_cannot_be_accepted(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong)
    shown = hidden(lan.get(path(cast, code)).text, path(cast, code, "nhan"))
    now.move(hours=12)
    answer = lan.post(path(cast, code, "nhan"), data=shown)
    assert answer.status_code == 409
    assert "quá giờ" in answer.text


@pytest.mark.parametrize("verb", ["", "giao"])
def test_another_stalls_order_is_not_found(app: Flask, client: FlaskClient, cast: Cast, now: Clock, verb: str) -> None:
    code = buy(client, cast.rau_muong)
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now(), visitor="htx-phone")
    own_desk = f"/ban-hang/{cast.htx.slug}/don/{code}" + (f"/{verb}" if verb else "")
    assert htx.get(own_desk).status_code == 404
    assert htx.get(path(cast, code, verb)).status_code == 404
    assert client.get(path(cast, code, verb)).status_code == 303


@pytest.mark.parametrize("verb", ["nhan", "tu-choi", "san-sang", "giao"])
def test_another_stalls_order_cannot_be_moved(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, verb: str
) -> None:
    code = buy(client, cast.rau_muong)
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now(), visitor="htx-phone")
    assert htx.post(f"/ban-hang/{cast.htx.slug}/don/{code}/{verb}").status_code == 404
    assert htx.post(path(cast, code, verb)).status_code == 404
    assert order_of(code).status is OrderStatus.PLACED


def test_a_helper_answers_on_behalf_and_the_log_says_so(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong)
    with transaction() as session:
        business, vy = session.get_one(Business, cast.lan.business), session.get_one(Person, cast.vy)
        make.make_mandate(session, business, vy, session.get_one(Person, cast.hung), now())
    helper = app.test_client()
    sign_in(helper, cast.vy, now(), visitor="vy-phone")
    assert press(helper, path(cast, code), path(cast, code, "nhan")).status_code == 303
    event = reading().scalars(select(Event).where(Event.verb == "accept")).one()
    assert (event.actor_id, event.on_behalf_of) == (cast.vy, cast.lan.business)
    assert event.mandate_id is not None


def test_every_answer_needs_its_token(app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    app.config["WTF_CSRF_ENABLED"] = True
    for verb in ("nhan", "tu-choi", "san-sang", "giao"):
        assert lan.post(path(cast, code, verb)).status_code == 400


# --- clocks ---------------------------------------------------------------------------------------------------------


def test_a_late_yes_offers_a_call_and_to_take_the_order_up_again(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.dau_xanh, "2")
    now.at = order_of(code).due_at or now()
    late = press(lan, path(cast, code), path(cast, code, "nhan-lai"))
    assert late.status_code == 303
    assert order_of(code).status is OrderStatus.ACCEPTED
    assert stock(cast.dau_xanh) == (5000, 2000)
    again = buy(client, cast.dau_xanh, "2")
    opened = hidden(lan.get(path(cast, again)).text, path(cast, again, "nhan"))
    now.at = order_of(again).due_at or now()
    refused = lan.post(path(cast, again, "nhan"), data=opened)
    assert refused.headers["X-Refused"] == "order_lapsed"
    for offered in ('href="tel:+84900000021"', "Nhận lại đơn", "Mời gọi hỏi khách", "lúc 9 giờ sáng nay"):
        assert offered in refused.text, offered
    assert order_of(again).status is OrderStatus.PLACED


def test_what_is_gone_is_said_when_the_order_is_taken_up(
    client: FlaskClient, lan: FlaskClient, app: Flask, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.dau_xanh, "5")
    now.at = order_of(code).due_at or now()
    buy(app.test_client(), cast.dau_xanh, "1", phone="0900 000 022")
    refused = press(lan, path(cast, code), path(cast, code, "nhan-lai"))
    assert (refused.status_code, refused.headers["X-Refused"]) == (409, "not_enough")
    assert "chỉ còn 4\u00a0kg" in refused.text
    assert 'href="tel:+84900000021"' in refused.text


def test_an_erased_buyer_is_not_called(client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.dau_xanh, "1")
    with transaction() as session:
        session.execute(update(Contact).values(erased_at=now()))
    assert "tel:+84900000021" not in lan.get(path(cast, code)).text


def test_the_stall_sees_until_when_goods_wait_for_a_buyer_who_does_not_know_and_may_call(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.dau_xanh, "1", pay="chuyen_khoan")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    page = lan.get(path(cast, code)).text
    assert "Khách chưa xem là bạn đã nhận đơn nên hàng giữ đến 8 giờ tối mai" in page
    assert press(lan, path(cast, code), path(cast, code, "da-goi")).status_code == 303
    assert order_of(code).due_at == now() + timedelta(hours=2)
    page = lan.get(path(cast, code)).text
    assert "Giữ hàng cho khách đến 11 giờ trưa nay" in page
    assert path(cast, code, "da-goi") not in page
    press(lan, path(cast, code), path(cast, code, "san-sang"))
    refused = lan.post(path(cast, code, "da-goi"))
    assert refused.status_code == 303, "said twice is said once"


def test_every_deadline_stands_on_the_stall_s_pages(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    now.move(hours=11, minutes=9)
    code = buy(client, cast.dau_xanh, "1")
    for page in (path(cast, code), f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don"):
        assert "Trả lời trước 9 giờ 09 sáng mai" in lan.get(page).text, page
    press(lan, path(cast, code), path(cast, code, "nhan"))
    for page in (f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don"):
        assert "Giữ hàng đến 8 giờ tối thứ Sáu, 27/11" in lan.get(page).text, page
