"""Nhận tin ở đâu: where a person wants word, of what the operator has set up."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import reading
from market.notices.ports import Address
from market.notices.queries import choice_of
from market.notices.rules import ORDER_FACT
from market.notices.senders import SENDERS
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.notices.ways import Loudspeaker, say
from tests.registries import only

PATH = "/tai-khoan/nhan-tin"


@pytest.fixture
def ways(cast: Cast) -> Iterator[dict[str, Loudspeaker]]:
    """A letter that costs nothing, then a text message that does."""
    say(ORDER_FACT, "thu-tu, sms")
    mail = Loudspeaker(name="thu-tu", word="Thư điện tử", address=Address.EMAIL, people=(cast.mai, cast.lan.person))
    text = Loudspeaker(name="sms", word="Tin nhắn SMS", address=Address.PHONE, is_paid=True, people=(cast.mai,))
    with only(SENDERS, mail, text):
        yield {"email": mail, "sms": text}


@pytest.fixture
def mai(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.mai, now())
    return client


def test_where_no_way_is_set_up_the_page_says_so(mai: FlaskClient, cast: Cast) -> None:
    with only(SENDERS):
        page = mai.get(PATH).text
    assert "chưa bật cách nào" in page
    assert "Gửi thử" not in page


def test_every_way_is_on_until_somebody_takes_one_away(
    mai: FlaskClient, ways: dict[str, Loudspeaker], cast: Cast
) -> None:
    page = mai.get(PATH).text
    assert page.count(" checked") == 2
    assert "Số máy của bạn: 0900 000 021" in page
    assert "ban đêm" not in page, "she sells nothing"
    answer = mai.post(PATH, data={"ways": ["thu-tu"], "email": " Mai@Thu.test "})
    assert answer.status_code == 303
    choice = choice_of(reading(), cast.mai)
    assert (choice.off, choice.email, choice.wakes_for_orders) == (("sms",), "Mai@Thu.test", False)
    page = mai.get(PATH).text
    assert page.count(" checked") == 1
    assert "Đã lưu nơi nhận tin." in page
    assert 'value="Mai@Thu.test"' in page


def test_a_way_that_is_not_offered_today_stays_as_it_was(
    mai: FlaskClient, ways: dict[str, Loudspeaker], cast: Cast
) -> None:
    mai.post(PATH, data={"ways": ["thu-tu"], "email": ""})
    with only(SENDERS, ways["email"]):
        mai.post(PATH, data={"ways": [], "email": ""})
    assert set(choice_of(reading(), cast.mai).off) == {"sms", "thu-tu"}
    assert choice_of(reading(), cast.mai).email is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"ways": ["loa"], "email": ""}, "Mời chọn trong danh sách."),
        ({"ways": ["sms"], "email": "mai"}, "Thư điện tử viết như ten@gmail.com."),
        ({"ways": ["sms"], "email": "mai@thu.test\r\nBcc: ai@thu.test"}, "Thư điện tử viết như"),
    ],
)
def test_what_is_no_way_and_no_address_comes_back(
    mai: FlaskClient, ways: dict[str, Loudspeaker], cast: Cast, typed: dict[str, object], says: str
) -> None:
    answer = mai.post(PATH, data=typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert choice_of(reading(), cast.mai).off == ()


def test_a_seller_says_whether_an_order_may_wake_her(
    client: FlaskClient, ways: dict[str, Loudspeaker], cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    assert "ban đêm chờ sáng mới báo: 06:00 25/11" in client.get(PATH).text
    client.post(PATH, data={"ways": ["sms"], "email": "", "wakes": "y"})
    assert choice_of(reading(), cast.lan.person).wakes_for_orders


def test_what_costs_the_commune_money_is_said(mai: FlaskClient, ways: dict[str, Loudspeaker]) -> None:
    assert "tháng này đã gửi 0 trên 100 tin" in mai.get(PATH).text


def test_who_is_not_signed_in_signs_in_first(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [])
