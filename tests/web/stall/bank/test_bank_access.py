"""Cho chợ hỏi lại SePay: a token that reads what came in, tried before it is kept, never shown, ended at once."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from market.base.db import db
from market.payments.banks import PROVIDERS
from market.payments.banks.sepay.fake import Trouble
from market.payments.rules.checks import AskProblem, CheckOutcome
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
    assert "Mã xem giao dịch của SePay" in before

    assert enter(lan, TOKEN).location == PAGE
    page = lan.get(PAGE).text
    assert "SePay đã nhận. Từ nay có tiền về, chợ hỏi lại SePay giúp bạn." in page
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
        ("ngan", "Mã xem giao dịch dài từ 16 ký tự"),
        ("", "Mời dán mã xem giao dịch"),
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


# --- leave given at SePay itself ------------------------------------------------------------------------------------


@pytest.fixture
def known_there(monkeypatch: pytest.MonkeyPatch, unasked: Asking) -> Asking:
    """The installation, at the host that the tests ask, is known at SePay, and bà Lan agrees there."""
    is_reached_at(unasked.app, "http://localhost")
    monkeypatch.setenv("CHOSO_SEPAY_CLIENT_ID", "cho-dai-son")
    monkeypatch.setenv("CHOSO_SEPAY_CLIENT_SECRET", "bi-mat-cua-cho-2026")
    unasked.books.codes["ma-dong-y"] = TOKEN
    return unasked


def is_reached_at(app: Flask, base_url: str) -> None:
    app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"base_url": base_url})


def sent_there(lan: FlaskClient) -> dict[str, str]:
    """What goes along to SePay's page."""
    (link,) = [one for one in parse(lan.get(PAGE).text).all("a") if "/oauth/authorize?" in one.get("href")]
    return dict(parse_qsl(link.get("href").partition("?")[2]))


def comes_back(client: FlaskClient, state: str, **more: str) -> TestResponse:
    return client.get("/ban-hang/cho-hoi/ve", query_string={"state": state, **more})


def test_leave_given_at_sepay_reads_and_nothing_more_and_is_renewed(
    lan: FlaskClient, known_there: Asking, cast: Cast, now: Clock
) -> None:
    sent = sent_there(lan)
    assert (sent["scope"], sent["response_type"]) == ("bank-account:read transaction:read", "code")
    assert sent["redirect_uri"] == "http://localhost/ban-hang/cho-hoi/ve"

    assert comes_back(lan, sent["state"], code="ma-dong-y").location == PAGE
    page = lan.get(PAGE).text
    assert "SePay đã nhận. Từ nay" in page
    assert "Cho phép lại trên SePay" in page
    told = []
    for number, minutes in ((1, 1), (2, 58), (3, 58)):
        kept = paid_by_notice(known_there, buy(cast, now()), number)
        now.move(minutes=minutes)
        known_there.ask()
        told += known_there.told(kept)
    assert told == [CheckOutcome.CONFIRMED] * 3
    assert known_there.books.calls["/oauth/token"] == 3, "once for the code, and before each hour is over"

    known_there.books.refreshes.clear()
    last = paid_by_notice(known_there, buy(cast, now()), 4)
    now.move(hours=1)
    known_there.ask()
    assert known_there.told(last) == []
    assert "SePay không nhận mã này nữa." in lan.get(PAGE).text


@pytest.mark.parametrize("more", [{"error": "access_denied"}, {"code": "ma-la"}])
def test_leave_that_was_not_given_changes_nothing(lan: FlaskClient, known_there: Asking, more: dict[str, str]) -> None:
    answer = comes_back(lan, sent_there(lan)["state"], **more)
    assert answer.status_code == 422
    assert "Chưa đổi gì cả" in answer.text
    assert known_there.access is None


def test_nobody_takes_anothers_leave_for_theirs(
    app: Flask, lan: FlaskClient, known_there: Asking, cast: Cast, now: Clock
) -> None:
    state = sent_there(lan)["state"]
    tu = app.test_client()
    assert comes_back(tu, state, code="ma-dong-y").status_code in (302, 303)
    sign_in(tu, cast.tu.person, now())
    assert comes_back(tu, state, code="ma-dong-y").status_code == 404
    assert comes_back(lan, state.replace("rau-ba-lan", "ruoi-anh-tu"), code="ma-dong-y").status_code == 404
    assert comes_back(lan, "", code="ma-dong-y").status_code == 404
    now.move(minutes=31)
    answer = comes_back(lan, state, code="ma-dong-y")
    assert answer.status_code == 404
    assert "Lượt cho phép này đã cũ" in answer.text
    assert known_there.access is None
    assert "/oauth/token" not in known_there.books.calls


def test_leave_is_not_offered_where_sepay_does_not_know_the_market_or_would_send_elsewhere(
    lan: FlaskClient, known_there: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "/oauth/authorize" in lan.get(PAGE).text
    is_reached_at(known_there.app, "http://cho.test")
    assert "/oauth/authorize" not in lan.get(PAGE).text
    is_reached_at(known_there.app, "http://localhost")
    monkeypatch.delenv("CHOSO_SEPAY_CLIENT_SECRET")
    assert "/oauth/authorize" not in lan.get(PAGE).text
    (tmp_path / "secret").write_text("bi-mat-cua-cho-2026\n")
    monkeypatch.setenv("CHOSO_SEPAY_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    assert "/oauth/authorize" in lan.get(PAGE).text


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
