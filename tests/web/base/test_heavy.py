"""A slow page never takes the shop with it: heavy pages come one after the other (growth 2)."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from market.base.db import db, end_reading, reading
from market.web.base import heavy
from market.web.base.heavy import MOST_WAITING, Turns
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Turns of the test's own, for which nobody waits."""
    own = Turns()
    monkeypatch.setattr(heavy, "_TURNS", own)
    monkeypatch.setattr(heavy, "PATIENCE_SECONDS", 0.0)
    return own


@pytest.mark.parametrize("path", ["/van-phong/chi-tieu", "/van-phong/chi-tieu.csv", "/van-phong/nhat-ky"])
def test_one_beside_another_says_that_it_loads_itself_anew(
    client: FlaskClient, cast: Cast, now: Clock, turns: Turns, path: str
) -> None:
    sign_in(client, cast.hung, now())
    assert turns.take(0)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Refresh"], answer.headers["Retry-After"]) == (503, "5", "5")
    assert answer.headers["X-Refused"] == "page_busy"
    assert "Trang tự tải lại sau 5 giây" in answer.text
    assert client.get("/").status_code == 200, "the shop is as open as ever"
    turns.give(0)
    assert client.get(path).status_code == 200


def test_who_may_not_open_it_takes_no_turn(client: FlaskClient, cast: Cast, now: Clock, turns: Turns) -> None:
    sign_in(client, cast.mai, now())
    assert turns.take(0)
    assert client.get("/van-phong/chi-tieu").status_code == 404


def test_a_view_that_fails_gives_its_turn_back(app: Flask, turns: Turns) -> None:
    def fail() -> str:
        raise ZeroDivisionError

    with app.app_context(), pytest.raises(ZeroDivisionError):
        heavy.heavy(fail)()
    assert turns.take(0)


def test_after_one_that_took_long_the_next_one_waits_longer() -> None:
    turns = Turns()
    assert turns.take(0)
    turns.give(60.0)
    assert not turns.take(1.0)
    assert Turns().take(0)


def test_few_threads_wait_for_their_turn() -> None:
    turns = Turns()
    assert turns.take(0)

    def wait() -> None:
        if turns.take(30):
            turns.give(0)

    waiting = [threading.Thread(target=wait) for _ in range(MOST_WAITING)]
    for one in waiting:
        one.start()
    while turns._places._value:
        pass
    assert not turns.take(30), "and is not made to wait"
    turns.give(0)
    for one in waiting:
        one.join()
    assert turns.take(0)


def test_it_reads_sqlite_s_file_as_memory_and_gives_that_back(
    app: Flask, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute after the last such page, when its connection is asked next."""
    with app.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"

        def mapped() -> str:
            end_reading()
            return str(reading().scalar(text("PRAGMA mmap_size"))) if is_sqlite else "0"

        assert mapped() == "0"
        heavy.heavy(reading)()
        assert (mapped() != "0") is is_sqlite
        heavy.heavy(reading)()
        monkeypatch.setattr("market.base.db.MAPPED_SECONDS", -1.0)
        assert mapped() == "0"
        assert mapped() == "0"
