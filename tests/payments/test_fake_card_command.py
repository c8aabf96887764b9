"""`flask fake-card`: a gateway to try cards with, that calls the market itself; never in production."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from market.base.audit import GUEST, Actor
from market.base.config import ROOT
from market.base.db import transaction
from market.payments import actions
from market.payments.card.client import StripeClient
from market.payments.queries import card_payment
from market.payments.rules.status import PaidStatus
from tests.base.test_processes import free_port, hears_ctrl_c, until
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.gate import KEY, SECRET, keys_seen, new_checkout
from tests.payments.steps import buy, paid
from tests.sellers.changing import save_keys
from tests.services.databases import TEST_SECRET, settings_for
from tests.services.loopback import listening
from tests.services.stripes import press

PATIENCE = 30


@contextmanager
def fake_card(database_url: str, market: str, port: int) -> Iterator[str]:
    """The command as a process of its own; returns what it prints first."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHOSO_")} | {
        "CHOSO_DATABASE_URL": database_url,
        "CHOSO_BASE_URL": market,
        "CHOSO_SECRET_KEY": TEST_SECRET,
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "fake-card", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, preexec_fn=hears_ctrl_c
    )
    assert process.stdout
    try:
        yield "".join(process.stdout.readline() for _ in range(4))
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        process.stdout.close()


@pytest.mark.nightly  # starts a process; the fake itself is used by day
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_serves_a_page_to_pay_at_and_calls_the_market(
    app: Flask, cast: Cast, database_url: str, tmp_path: Path, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a process of its own, whose clock the market's has to be near: it signs what it says with the time."""
    now.at, port = datetime.now(UTC), free_port()
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("STRIPE_MOCK_URL", address)
    app.config["CHOSO"] = settings_for(database_url, tmp_path)
    with transaction() as session:
        keys = actions.NewCardKeys(
            stall_id=cast.lan.stall, seen=keys_seen(session, cast.lan.stall), secret_key=KEY, hook_secret=SECRET
        )
        save_keys(session, keys, now)
        actions.enable_card_payments(
            session,
            Actor(person_id=cast.lan.person),
            cast.lan.stall,
            seen=keys_seen(session, cast.lan.stall),
            now=now(),
        )
    order = buy(cast, now())
    with transaction() as session:
        payment_id = actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
        new = new_checkout(order, card_payment(session, payment_id))
    with listening(app) as market, fake_card(database_url, market, port) as said:
        assert f"STRIPE_MOCK_URL={address}" in said
        made = StripeClient(secret_key=KEY, base_url=address).create_checkout(new, key="one")
        with transaction() as session:
            actions.note_checkout(session, payment_id, made)
        assert made.url is not None
        assert press(made.url, the="tra")[0] == 303
        assert until(lambda: paid(order).status is PaidStatus.PAID)


def test_production_has_no_trial_gateway(app: Flask) -> None:
    app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"env": "production"})
    refused = app.test_cli_runner().invoke(args=["fake-card"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "không chạy ở nơi chạy thật" in refused.stderr
