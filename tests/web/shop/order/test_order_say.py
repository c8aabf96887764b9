"""Both sides of an order write to one another on its page, and nobody else reads it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.orders.rules import LONGEST_MESSAGE, MOST_MESSAGES
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.web.shop.buying import buy
from tests.web.stall.steps import path

ASKED, ANSWERED = "Bà ơi rau có non không?", "Non lắm cháu, hái sáng nay"


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def test_what_one_writes_the_other_reads_and_answers(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    said = press(client, f"/don/{code}", f"/don/{code}/nhan-tin", text=ASKED)
    assert said.location == f"/don/{code}#nhan-tin"
    assert "Khách nhắn 1 tin" in lan.get(f"/ban-hang/{cast.lan.slug}/don").text
    assert "Khách nhắn 1 tin" in lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert ASKED in lan.get(path(cast, code)).text
    assert "Khách nhắn" not in lan.get(f"/ban-hang/{cast.lan.slug}/don").text
    assert press(lan, path(cast, code), path(cast, code, "nhan-tin"), text=ANSWERED).status_code == 303
    page = client.get(f"/don/{code}").text
    assert page.index(ASKED) < page.index(ANSWERED)


def test_nobody_else_reads_or_writes_it(
    app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong)
    press(client, f"/don/{code}", f"/don/{code}/nhan-tin", text=ASKED)
    opened, officer, htx = app.test_client(), app.test_client(), app.test_client()
    opened.post(f"/don/{code}/mo", data={"last4": "0021"})
    sign_in(officer, cast.hung, now())
    sign_in(htx, cast.htx.person, now())
    for one in (opened, officer, htx):
        assert ASKED not in one.get(f"/don/{code}").text
        assert ASKED not in one.get(path(cast, code)).text
        assert one.post(f"/don/{code}/nhan-tin", data={"text": "Xin chào"}).status_code in (403, 404)
        assert one.post(path(cast, code, "nhan-tin"), data={"text": "Xin chào"}).status_code in (303, 404)
    assert "Xin chào" not in lan.get(path(cast, code)).text


@pytest.mark.parametrize("text", ["", " \u200b ", "x" * (LONGEST_MESSAGE + 1)])
def test_what_cannot_be_sent_comes_back_as_typed(client: FlaskClient, lan: FlaskClient, cast: Cast, text: str) -> None:
    code = buy(client, cast.rau_muong)
    for one, page, to in (
        (client, f"/don/{code}", f"/don/{code}/nhan-tin"),
        (lan, path(cast, code), path(cast, code, "nhan-tin")),
    ):
        answer = press(one, page, to, text=text)
        assert answer.status_code == 422
        assert "Viết gọn trong" in answer.text if text.strip("\u200b ") else "Mời viết điều muốn nhắn." in answer.text
        assert text.strip("\u200b ") in answer.text


def test_past_the_last_message_what_is_typed_stays_and_the_phone_is_offered(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    for number in range(MOST_MESSAGES):
        assert press(client, f"/don/{code}", f"/don/{code}/nhan-tin", text=f"Lần {number}").status_code == 303
    answer = press(client, f"/don/{code}", f"/don/{code}/nhan-tin", text="Một câu nữa")
    assert answer.status_code == 422
    assert "nhắn được 15 tin về một đơn" in answer.text
    assert "Một câu nữa</textarea>" in answer.text


def test_sent_twice_it_stands_once(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    for _ in range(2):
        client.post(f"/don/{code}/nhan-tin", data={"text": ASKED, "client_key": "one-page"})
    assert client.get(f"/don/{code}").text.count(ASKED) == 1


def test_an_open_page_of_the_owner_sees_that_something_was_written(
    app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    opened = app.test_client()
    opened.post(f"/don/{code}/mo", data={"last4": "0021"})
    before = [one.get(f"/tin-moi/don/{code}").headers["ETag"] for one in (client, opened)]
    press(lan, path(cast, code), path(cast, code, "nhan-tin"), text=ANSWERED)
    after = [one.get(f"/tin-moi/don/{code}").headers["ETag"] for one in (client, opened)]
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)
