"""`flask vietqr`, as scripts call it."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from market.app import create_app
from tests.nights import of_many
from tests.payments.vectors import VIETQR
from tests.services.databases import settings_for


@pytest.fixture
def run(tmp_path: Path) -> FlaskCliRunner:
    """The command line without any database: this command needs none."""
    return create_app(settings_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)).test_cli_runner()


def asked(case: dict[str, Any]) -> list[str]:
    words = ["vietqr", "--bin", case["bin"], "--account", case["account"]]
    words += ["--amount", str(case["amount"])] if case["amount"] is not None else []
    words += ["--memo", case["memo"]] if case["memo"] is not None else []
    return [*words, "--static"] if case["init"] == "11" and case["amount"] is not None else words


def test_the_command_prints_every_known_payload_and_reads_it_back(run: FlaskCliRunner) -> None:
    for case in VIETQR["vectors"]:
        made = run.invoke(args=asked(case))
        assert (made.exit_code, made.output) == (0, case["payload"] + "\n")
        read = json.loads(run.invoke(args=["vietqr", "--decode", case["payload"], "--json"]).output)
        for name in ("bin", "account", "amount", "memo", "init", "service", "crc", "payload"):
            assert read[name] == case[name]


def test_json_says_what_was_made(run: FlaskCliRunner) -> None:
    words = [
        "vietqr",
        "--bin",
        "970405",
        "--account",
        "3607 2050 12345",
        "--amount",
        "85000",
        "--memo",
        "Đậu",
        "--json",
    ]
    made = json.loads(run.invoke(args=words).output)
    assert (made["bank"], made["account"], made["memo"], made["init"]) == ("Agribank", "3607205012345", "Dau", "12")


@of_many(3)
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--bin", "970405", "--account", "1", "--amount", "-5"], "lớn hơn 0"),
        (["--bin", "970405", "--account", "1", "--amount", "1e6"], "chữ số"),
        (["--bin", "970405", "--account", "1", "--amount", "0500"], "số 0 ở trước"),
        (["--bin", "970405", "--account", "", "--amount", "5"], "tài khoản"),
        (["--bin", "970488", "--account", "1"], "970488"),
        (["--bin", "97048", "--account", "1"], "6 chữ số"),
        (["--bin", "970405", "--account", "1", "--memo", "a/b"], "gạch nối"),
        (["--decode", VIETQR["corrupted"][0]["payload"]], "không khớp"),
        (["--decode", ""], "kiểm tra"),
    ],
)
def test_a_refusal_is_told_on_stderr_with_exit_1(run: FlaskCliRunner, words: list[str], reason: str) -> None:
    refused = run.invoke(args=["vietqr", *words])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert reason in refused.stderr


@pytest.mark.parametrize("words", [[], ["--bin", "970405"], ["--decode", "x", "--static"], ["--unknown"]])
def test_wrong_usage_exits_2(run: FlaskCliRunner, words: list[str]) -> None:
    assert run.invoke(args=["vietqr", *words]).exit_code == 2
