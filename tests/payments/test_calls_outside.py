"""A card gateway that hangs holds up who waits for it, and nobody else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from market.base.db import db
from market.base.http import caller as http
from market.base.patience import OUTSIDE_CALLS
from market.payments.card.fake import FakeStripe
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE, MAIS_PHONE
from tests.pages import hidden, send
from tests.payments.gate import KEY, SECRET, Gate, accepts, opened
from tests.payments.steps import buy
from tests.services.loopback import listening

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CARD = "/ban-hang/rau-ba-lan/the"
ON = f"{CARD}/bat"


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


def switch_on(seller: FlaskClient) -> TestResponse:
    return seller.post(ON, data=switched_off(seller))


def switched_off(seller: FlaskClient) -> dict[str, str]:
    """What the button to switch cards on sends, once they are off."""
    seller.post(f"{CARD}/tat")
    return hidden(seller.get(CARD).text, ON)


def test_no_page_keeps_a_connection_while_it_waits(
    app: Flask, cast: Cast, now: Clock, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, kept = db.engine.pool, dict[str, list[int]]()
    page = ""

    def look(fake: FakeStripe, environ: "WSGIEnvironment", start: "StartResponse") -> object:
        kept[page].append(pool.checkedout())  # type: ignore[attr-defined]
        return answer(fake, environ, start)

    answer = FakeStripe.__call__
    monkeypatch.setattr(FakeStripe, "__call__", look)

    @contextmanager
    def opening(name: str) -> Iterator[None]:
        nonlocal page
        page, kept[name] = name, []
        db.session.remove()
        yield

    order = buy(cast, now(), buyer=MAI_HERE)
    lan, mai = app.test_client(), app.test_client()
    sign_in(lan, cast.lan.person, now())
    mai.set_cookie("khach", MAIS_PHONE)
    with opening("keys"):
        assert send(lan, CARD, {"secret_key": KEY, "hook_secret": SECRET}).status_code == 303
    with opening("on"):
        assert switch_on(lan).status_code == 303
    with opening("pay"):
        assert mai.post(f"/don/{order.code}/the").status_code == 303
    now.move(minutes=36)
    with opening("pay after the session ended"):
        assert mai.post(f"/don/{order.code}/the").status_code == 303
    with opening("back"):
        assert mai.get(f"/don/{order.code}/the/ve").status_code == 303
    gate.fake.pay_session(list(gate.fake.sessions)[-1])
    with opening("webhook"):
        assert set(gate.tell_all(mai, now)) == {200}
    assert all(kept.values()), f"every page has asked the gateway: {kept}"
    assert {name: max(counts) for name, counts in kept.items()} == dict.fromkeys(kept, 0)


def test_a_gateway_that_hangs_leaves_the_other_pages_alone(
    app: Flask, cast: Cast, now: Clock, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PLACE_SECONDS", 0.1)
    asked, go_on = threading.Semaphore(0), threading.Event()

    def hang(environ: "WSGIEnvironment", start: "StartResponse") -> object:
        asked.release()
        go_on.wait(30)
        return gate.fake(environ, start)

    sellers = [app.test_client() for _ in range(OUTSIDE_CALLS + 1)]
    for one in sellers:
        sign_in(one, cast.lan.person, now())
    db.session.remove()
    with listening(hang) as gate.url:  # type: ignore[arg-type]
        gate.is_back()
        shown = switched_off(sellers[0])
        waiting = [threading.Thread(target=one.post, args=(ON,), kwargs={"data": shown}) for one in sellers[1:]]
        for one in waiting:
            one.start()
        assert all(asked.acquire(timeout=60) for _ in waiting)
        refused = switch_on(sellers[0])
        assert not asked.acquire(blocking=False), "one at which so many wait is not asked"
        assert refused.status_code == 422
        assert "Nơi nhận thẻ chưa trả lời" in refused.text
        assert app.test_client().get("/").status_code == 200
        go_on.set()
        for one in waiting:
            one.join()
        assert switch_on(sellers[0]).status_code == 303
    assert accepts(cast.lan.stall)
