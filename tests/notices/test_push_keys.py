"""`flask push-keys` makes the key pair once, and the doctor says whether what was entered is one."""

import json

import pytest
from flask import Flask

from market.base.config import current_settings
from market.base.doctor import Finding
from market.notices.senders.web_push.checks import checks
from market.notices.senders.web_push.settings import KEY_SETTING, server_key
from market.notices.senders.web_push.vapid import public_key
from tests.pushing import KEY


def push_key() -> Finding:
    return dict(checks(current_settings()))["push key"]()


def test_it_prints_the_setting_that_makes_push_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = app.test_cli_runner().invoke(args=["push-keys", "--json"])
    assert answer.exit_code == 0
    said = json.loads(answer.stdout)
    assert list(said["settings"]) == [KEY_SETTING]
    monkeypatch.setenv(KEY_SETTING, said["settings"][KEY_SETTING])
    assert server_key() == said["public_key"] == public_key(said["settings"][KEY_SETTING])


def test_each_pair_is_new_and_is_printed_as_a_line_of_the_settings(app: Flask) -> None:
    first, second = (app.test_cli_runner().invoke(args=["push-keys"]).stdout.splitlines()[0] for _ in range(2))
    assert first.startswith(f"{KEY_SETTING}=")
    assert first != second


def test_a_key_in_use_is_not_replaced(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for known in (KEY, "some other text"):
        monkeypatch.setenv(KEY_SETTING, known)
        answer = app.test_cli_runner().invoke(args=["push-keys"])
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert answer.stderr.startswith(f"Đã có {KEY_SETTING} nên không tạo khóa khác")


@pytest.mark.parametrize(("entered", "is_ok"), [("", True), (KEY, True), ("_" * 43, False), ("x", False)])
def test_the_doctor_looks_at_what_was_entered(
    app: Flask, monkeypatch: pytest.MonkeyPatch, entered: str, is_ok: bool
) -> None:
    monkeypatch.setenv(KEY_SETTING, entered)
    found = push_key()
    assert found.is_ok == is_ok
    assert is_ok or "push-keys" in found.fix
