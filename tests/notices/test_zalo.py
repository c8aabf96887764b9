"""Zalo messages: what is sent, what each of its numbers means, and tokens of which each is taken once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask

from market.base import clock
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.doctor import Finding
from market.base.errors import OutsideError
from market.base.http import Http
from market.notices import jobs
from market.notices.models import TokenState, ZaloToken
from market.notices.ports import NotTaken
from market.notices.senders import SENDERS
from market.notices.senders.zalo import hosts
from market.notices.senders.zalo.checks import checks
from market.notices.senders.zalo.fake import FakeZalo
from market.notices.senders.zalo.sender import Zalo
from market.notices.zalo_tokens import TokenPair, claim_renewal, enter_token, keep_pair, trouble_of, zalo_token
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import database_by_day_on
from tests.notices.test_sms import LAN, NOTICE
from tests.notices.ways import ends, message, tell, work
from tests.registries import only

database_url = database_by_day_on("sqlite")
ENTERED = {"app": "1234567890", "secret": "khoa-ung-dung", "template": "330875"}
QUICK = Http(back_off=0.0)


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def listening(fake: FakeZalo) -> Iterator[str]:
    """Its address. The server of the other tests drops headers whose names have an underscore, as Zalo's have."""
    with make_server("127.0.0.1", 0, fake, handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def zalo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeZalo]:
    """Zalo, with the operator's settings; no token is entered."""
    fake = FakeZalo()
    for name, value in ENTERED.items():
        monkeypatch.setenv(f"CHOSO_ZALO_{name.upper()}", value)
    with listening(fake) as address:
        monkeypatch.setattr(hosts, "SEND", f"{address}/message/template")
        monkeypatch.setattr(hosts, "TOKEN", f"{address}/v4/oa/access_token")
        yield fake


def enter(refresh: str = "refresh-1") -> None:
    with transaction() as session:
        enter_token(session, refresh, now=clock.now())


def renew() -> None:
    jobs.renew_zalo_token({})


def kept() -> ZaloToken:
    token = zalo_token(reading())
    assert token is not None
    return token


def trouble() -> str:
    return trouble_of(reading(), now=clock.now()) or ""


def send() -> None:
    Zalo(http=QUICK).send(NOTICE, LAN, ENTERED)


def test_the_first_phone_gets_the_template_with_sentence_link_and_key(now: Clock, zalo: FakeZalo) -> None:
    assert not Zalo().reaches(LAN.recipient)
    enter()
    renew()
    send()
    data = {"noi_dung": NOTICE.sentence, "duong_dan": NOTICE.link}
    told = {"phone": "84900000011", "template_id": "330875", "template_data": data, "tracking_id": "KEY1"}
    assert zalo.told == [told]
    assert (trouble(), Zalo().takes_keys(ENTERED), Zalo().is_paid) == ("", False, True)


def test_tokens_are_sealed_and_renewed_ahead_of_their_end_each_taken_once(now: Clock, zalo: FakeZalo) -> None:
    enter()
    for _ in range(3):
        renew()
    assert zalo.refreshed == ["refresh-1"]
    token = kept()
    assert "refresh" not in token.refresh_cipher
    assert "access" not in (token.access_cipher or "")
    assert token.ends_at == now() + timedelta(hours=25)
    now.move(hours=19, minutes=59)
    renew()
    assert len(zalo.refreshed) == 1
    now.move(minutes=2)
    renew()
    assert zalo.refreshed == ["refresh-1", "refresh-2"]
    send()
    assert len(zalo.told) == 1


def test_a_lost_answer_is_tried_once_more_and_then_told_to_people(now: Clock, zalo: FakeZalo) -> None:
    enter()
    zalo.loses = True
    with pytest.raises(OutsideError):
        renew()
    renew()
    assert zalo.refreshed == ["refresh-1"], "another worker is taken to be at it"
    now.move(minutes=4)
    renew()
    assert zalo.refreshed == ["refresh-1", "refresh-1"]
    assert kept().state is TokenState.REFUSED
    assert "không có trả lời" in trouble()
    renew()
    assert len(zalo.refreshed) == 2
    zalo.loses = False
    enter(zalo.refresh)
    renew()
    assert (kept().state, trouble()) == (TokenState.READY, "")


def test_a_pair_that_comes_late_is_kept_and_one_of_a_token_before_is_not(now: Clock, zalo: FakeZalo) -> None:
    enter()
    pair = TokenPair(access="a", refresh="r", lives=timedelta(hours=25))
    with transaction() as session:
        asked_with = claim_renewal(session, now=now()) or ""
    with transaction() as session:
        assert claim_renewal(session, now=now()) is None
        keep_pair(session, "of-before", pair, now=now())
    assert kept().state is TokenState.RENEWING
    now.move(minutes=4)
    renew()  # the token is Zalo's first, so this brings the next pair
    with transaction() as session:
        keep_pair(session, asked_with, pair, now=now())
    assert kept().state is TokenState.READY
    send()


@pytest.mark.parametrize(
    ("error", "is_permanent", "says"),
    [
        (-118, True, ""),
        (-114, True, ""),
        (-147, True, "hết số tin"),
        (-131, True, "mẫu tin"),
        (-124, False, "mã truy cập"),
    ],
)
def test_each_number_says_whether_the_next_way_is_better_at_once(
    now: Clock, zalo: FakeZalo, error: int, says: str, *, is_permanent: bool
) -> None:
    enter()
    renew()
    zalo.errors = [error]
    with pytest.raises(NotTaken) as failed:
        send()
    assert (failed.value.permanent, zalo.told) == (is_permanent, [])
    assert says in trouble()
    renew()
    send()
    assert trouble() == ""


@pytest.mark.parametrize("status", [500, 504])
def test_where_zalo_breaks_off_or_says_what_nobody_knows_it_may_have_been_sent(
    now: Clock, zalo: FakeZalo, status: int
) -> None:
    enter()
    renew()
    zalo.statuses, zalo.errors = [status], [-99_999]
    for _ in range(2):
        with pytest.raises(OutsideError) as failed:
            send()
        assert not isinstance(failed.value, NotTaken)


def test_who_has_no_zalo_hears_by_the_next_way_and_only_what_went_is_paid(
    cast: Cast, now: Clock, zalo: FakeZalo, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter()
    renew()
    zalo.errors = [-118]
    with only(SENDERS, Zalo(http=QUICK)):
        tell(now, message("a", business=cast.lan.business))
        work()
        assert ends() == [("zalo", "khong_gui_duoc", "bi_tu_choi")]
        tell(now, message("b", business=cast.lan.business))
        work()
    assert len(zalo.told) == 1


def test_the_first_token_is_entered_by_command_and_one_that_is_none_is_not(
    app: Flask, now: Clock, zalo: FakeZalo
) -> None:
    run = app.test_cli_runner().invoke
    refused = run(args=["zalo-token", "--refresh-token", "ngan"])
    assert (refused.exit_code, "Chưa ghi gì" in refused.stderr) == (1, True)
    zalo.refresh = "ma-gia-han-dau-tien-cua-xa"
    assert run(args=["zalo-token"], input=f"{zalo.refresh}\n").exit_code == 0
    renew()
    assert kept().state is TokenState.READY


def test_the_office_reads_what_is_wrong_with_zalo(
    app: Flask, cast: Cast, now: Clock, zalo: FakeZalo, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung = app.test_client()
    sign_in(hung, cast.hung, now())
    assert "Chưa nhập mã gia hạn lần đầu của Zalo." in hung.get("/van-phong/cai-dat/tin-bao").text
    enter("da-dung-roi")
    renew()
    assert "Zalo không nhận mã gia hạn" in hung.get("/van-phong/cai-dat/tin-bao").text
    assert not check_of("zalo token").is_ok
    monkeypatch.delenv("CHOSO_ZALO_APP")
    assert "Tin Zalo đang có vấn đề" not in hung.get("/van-phong/cai-dat/tin-bao").text


def check_of(name: str) -> Finding:
    return dict(checks(current_settings()))[name]()
