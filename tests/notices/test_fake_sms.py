"""`flask fake-sms`: what a seller would be texted, shown on the machine of the person who tries it."""

import threading
from wsgiref.simple_server import WSGIServer

import pytest
import requests
from flask import Flask

from market.notices.cli import fake_sms
from tests.nights import database_by_day_on

database_url = database_by_day_on("sqlite")


def test_a_text_is_shown_and_goes_nowhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command serves until it is stopped: here it is stopped after one message."""

    def one_message(server: WSGIServer) -> None:
        said = {"to": "+84900000011", "text": "Đơn mới."}
        address = f"http://127.0.0.1:{server.server_port}/"
        answers: list[int] = []
        caller = threading.Thread(
            target=lambda: answers.append(requests.post(address, json=said, timeout=5).status_code)
        )
        caller.start()
        server.handle_request()
        caller.join()
        server.server_close()
        assert answers == [200]

    monkeypatch.setattr(WSGIServer, "serve_forever", one_message)
    with app.app_context():
        said = app.test_cli_runner().invoke(fake_sms, ["--port", "0"])
    assert said.exit_code == 0, said.output
    assert "CHOSO_SMS_URL=http://127.0.0.1:" in said.output
    assert "+84900000011: Đơn mới." in said.output
