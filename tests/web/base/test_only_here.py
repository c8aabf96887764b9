"""Whatever its server listens at, a market with development's secret answers its own machine alone."""

from pathlib import Path

import pytest
from flask import Flask

from market.base.config import Settings
from market.web.base.only_here import SENTENCE
from tests.nights import of_many
from tests.services.applications import new


def market(folder: Path, **given: object) -> Flask:
    storage = str(folder / "storage")
    return new(Settings(database_url=f"sqlite:///{folder / 'none.db'}", storage_url=storage, **given))  # type: ignore[arg-type]


def status_for(app: Flask, address: str | None, headers: dict[str, str] | None = None) -> int:
    client = app.test_client()
    client.environ_base.pop("REMOTE_ADDR")
    base = {} if address is None else {"REMOTE_ADDR": address}
    path = "/static/css/choso.css"
    with client.get(path, base_url="http://localhost", environ_base=base, headers=headers or {}) as answer:
        if answer.status_code != 200:
            assert (answer.text, answer.headers["Cache-Control"]) == (SENTENCE, "no-store")
        return answer.status_code


@of_many(2)
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_answered(tmp_path: Path, address: str) -> None:
    assert status_for(market(tmp_path), address) == 200


@of_many(3)
@pytest.mark.parametrize("address", ["192.168.1.9", "::ffff:192.168.1.9", "fe80::1", "", None])
def test_another_is_told_what_to_do(tmp_path: Path, address: str | None) -> None:
    """Under a host's name that is this machine's, and with a header that names this machine."""
    app = market(tmp_path, proxy_hops=1)
    assert status_for(app, address, {"X-Forwarded-For": "127.0.0.1"}) == 403


def test_with_a_secret_of_its_own_it_answers_all(tmp_path: Path) -> None:
    assert status_for(market(tmp_path, secret_key="s" * 40), "192.168.1.9") == 200
