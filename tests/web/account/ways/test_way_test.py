"""Gửi thử một tin: a person hears whether word comes there."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.errors import OutsideError
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.notices.ways import Loudspeaker, work
from tests.web.account.ways.test_ways import PATH, mai, ways

__all__ = ["mai", "ways"]
TEST = f"{PATH}/thu"


def test_a_word_is_sent_there_alone_and_the_page_says_what_became_of_it(
    mai: FlaskClient, ways: dict[str, Loudspeaker], cast: Cast
) -> None:
    assert mai.post(TEST, data={"noi": "sms"}).status_code == 303
    assert "đang chờ gửi" not in mai.get(PATH).text
    work()
    [(sentence, to)] = ways["sms"].told
    assert (sentence, to.person_id) == ("Tin thử của Chợ số: bạn nhận được tin ở đây.", cast.mai)
    page = mai.get(PATH).text
    assert "Lần thử 09:00 24/11: đã gửi" in page
    assert ways["email"].tried == []


def test_a_test_that_failed_says_so(mai: FlaskClient, ways: dict[str, Loudspeaker]) -> None:
    ways["sms"].faults.append(OutsideError("no such number", permanent=True))
    mai.post(TEST, data={"noi": "sms"})
    work()
    assert "chưa gửi được, nơi nhận không nhận" in mai.get(PATH).text


def test_what_is_not_offered_is_not_tested(mai: FlaskClient, ways: dict[str, Loudspeaker]) -> None:
    assert [mai.post(TEST, data=data).status_code for data in ({"noi": "loa"}, {})] == [404, 404]


def test_nobody_sends_tests_without_end(mai: FlaskClient, ways: dict[str, Loudspeaker], now: Clock) -> None:
    answers = []
    for _ in range(4):
        answers.append(mai.post(TEST, data={"noi": "sms"}).status_code)
        now.move(seconds=1)
    assert answers == [303, 303, 303, 429]


def test_who_is_not_signed_in_signs_in_first(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, TEST, [], method="POST")
