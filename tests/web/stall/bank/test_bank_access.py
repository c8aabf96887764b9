"""Cho chợ hỏi lại SePay: a token that reads what came in, tried before it is kept, never shown, ended at once."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from market.base.db import db
from market.payments.banks import PROVIDERS
from market.payments.banks.sepay.fake import Trouble
from market.payments.rules.checks import AskProblem
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, parse, press
from tests.payments.asking import NOBODY, TOKEN, Asking, opened, paid_by_notice
from tests.payments.steps import buy
from tests.payments.test_asked_providers import Unaskable
from tests.registries import only

PAGE = "/ban-hang/rau-ba-lan/tai-khoan-nhan-tien"
GRANT = f"{PAGE}/cho-hoi"
STOP = f"{GRANT}/thoi"
MONEY = "/ban-hang/rau-ba-lan/tien"


@pytest.fixture
def asking(app: Flask, cast: Cast, now: Clock) -> Iterator[Asking]:
    with opened(app, cast.lan.business, now) as asking:
        yield asking


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


@pytest.fixture
def unasked(lan: FlaskClient, asking: Asking) -> Asking:
    """Bà Lan has not entered anything yet."""
    assert press(lan, PAGE, STOP).location == PAGE
    return asking


def enter(lan: FlaskClient, token: str) -> TestResponse:
    return press(lan, PAGE, GRANT, **{"access-token": token})


def test_a_token_is_tried_kept_sealed_and_not_shown_again(lan: FlaskClient, unasked: Asking) -> None:
    before = lan.get(PAGE).text
    assert "xã mới coi là lời bạn nói" in before
    assert "Mã API của SePay" in before

    assert enter(lan, TOKEN).location == PAGE
    page = lan.get(PAGE).text
    assert "SePay đã nhận mã. Từ nay có tiền về, chợ hỏi lại SePay giúp bạn." in page
    assert "SePay đang trả lời. Lần gần nhất:" in page
    assert TOKEN not in page
    assert unasked.access
    assert TOKEN not in unasked.access.access_cipher
    assert dict(unasked.books.calls) == {"/userapi/bankaccounts/list": 1}


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("mot-ma-khong-ai-biet", "SePay không nhận mã này. Chưa đổi gì cả"),
        ("token-of-tu-0123456789", "không có tài khoản số đuôi 8888 mà bạn đang nhận tiền. Chưa đổi gì cả"),
        ("ngan", "Mã API dài từ 16 ký tự"),
        ("", "Mời dán mã API"),
    ],
)
def test_a_token_that_does_not_fit_is_said_in_words_and_changes_nothing(
    lan: FlaskClient, unasked: Asking, token: str, said: str
) -> None:
    unasked.books.knows("token-of-tu-0123456789", "0900000013")
    answer = enter(lan, token)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{token}"' in answer.text
    assert unasked.access is None


def test_while_sepay_does_not_answer_nothing_is_changed(lan: FlaskClient, asking: Asking) -> None:
    assert asking.access
    kept = asking.access.access_cipher
    for goes_wrong in (lambda: asking.is_at(NOBODY), lambda: setattr(asking.books, "trouble", Trouble.HTML)):
        goes_wrong()
        answer = enter(lan, "token-moi-0123456789")
        asking.is_at()
        assert answer.status_code == 422
        assert "SePay chưa trả lời nên chưa thử được mã. Chưa đổi gì cả" in answer.text
    assert asking.access.access_cipher == kept


def test_no_connection_is_kept_while_sepay_is_waited_for(lan: FlaskClient, unasked: Asking) -> None:
    busy, pool = list[int](), db.engine.pool
    db.session.remove()
    unasked.books.before = lambda: busy.append(pool.checkedout())  # type: ignore[attr-defined]
    assert enter(lan, TOKEN).status_code == 303
    assert busy == [0]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (AskProblem.REFUSED, "SePay không nhận mã này nữa. Mời lấy mã mới"),
        (AskProblem.AWAY, "SePay chưa trả lời, chợ tự hỏi lại"),
    ],
)
def test_what_is_wrong_with_asking_is_said_with_what_to_do(
    lan: FlaskClient, asking: Asking, cast: Cast, now: Clock, problem: AskProblem, said: str
) -> None:
    paid_by_notice(asking, buy(cast, now()))
    if problem is AskProblem.REFUSED:
        del asking.books.accounts[TOKEN]
    else:
        asking.books.trouble = Trouble.DOWN
    now.move(minutes=1)
    asking.ask()
    assert said in lan.get(PAGE).text


def test_stopping_forgets_the_token_and_leaves_the_notices(lan: FlaskClient, asking: Asking) -> None:
    on_page = hidden(lan.get(PAGE).text, STOP)
    assert [lan.post(STOP, data=on_page).status_code for _ in range(2)] == [303, 303]
    assert asking.access is None
    page = lan.get(PAGE).text
    assert "Đã bỏ mã, chợ không hỏi nữa. Báo có vẫn chạy như cũ." in page
    assert "Đã nối" in page


def test_a_token_is_not_kept_or_dropped_for_another_feed_than_the_page_showed(
    lan: FlaskClient, asking: Asking, now: Clock
) -> None:
    page = lan.get(PAGE).text
    old = {path: hidden(page, path) for path in (GRANT, STOP)}
    press(lan, PAGE, STOP)
    now.move(minutes=1)
    assert enter(lan, TOKEN).status_code == 303
    answer = lan.post(STOP, data=old[STOP])
    assert answer.status_code == 409
    assert asking.access
    asking.books.knows("token-moi-0123456789", "0071000888888")
    assert lan.post(GRANT, data=old[GRANT] | {"access-token": "token-moi-0123456789"}).status_code == 409
    assert lan.post(GRANT, data={"access-token": "token-moi-0123456789"}).status_code == 422


def test_a_provider_that_cannot_be_asked_says_what_that_means(lan: FlaskClient, asking: Asking) -> None:
    with only(PROVIDERS, Unaskable()):
        page = parse(lan.get(PAGE).text)
        assert "Chợ không hỏi lại SePay được." in page.text
        assert not [form for form in page.all("form") if "cho-hoi" in form.get("action")]
        assert lan.post(GRANT, data={"access-token": TOKEN}).status_code == 422


def test_the_money_page_says_beside_each_notice_what_came_of_asking(
    lan: FlaskClient, unasked: Asking, cast: Cast, now: Clock
) -> None:
    paid_by_notice(unasked, buy(cast, now()))
    money = lan.get(MONEY).text
    assert "Chưa hỏi được SePay, xã chưa tính vào chỉ tiêu." in money
    assert "Xã chưa tính vào chỉ tiêu các đơn có báo có mà chợ chưa hỏi lại SePay." in money
    assert enter(lan, TOKEN).status_code == 303
    now.move(minutes=1)
    unasked.ask()
    money = lan.get(MONEY).text
    assert "SePay đã xác nhận." in money
    assert "Cho chợ hỏi" not in money
    unasked.books.rows[TOKEN].clear()
    now.move(days=7)
    unasked.ask()
    assert "SePay từng xác nhận, nay không còn thấy khoản này." in lan.get(MONEY).text


def test_only_who_keeps_the_stall_enters_or_ends_it(app: Flask, cast: Cast, asking: Asking) -> None:
    people = [cast.tu.person, cast.vy, cast.hung, cast.stranger]
    for path in (GRANT, STOP):
        assert keeps_out(app, path, people, method="POST")
