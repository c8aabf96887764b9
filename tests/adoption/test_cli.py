"""`flask kpi`: the figure of a day, for people and for machines."""

import json
from datetime import date

import pytest
from flask import Flask

from market.base.db import transaction
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.nights import in_turns

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test


def run(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=["kpi", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_figure_and_the_order_behind_it_as_json(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        code = sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 20), is_known=True)).code
    look_everywhere(cast.commune)
    answer = json.loads(run(app, "--as-of", "2026-11-24", "--json"))
    assert answer["plan"] == {"part": 1, "whole": 3, "text": "33,3\u00a0%"}
    assert answer["annex"]["whole"] == 2
    assert answer["farms"]["part"] == 1
    assert (answer["opening"], answer["added"], answer["removed"]) == (3, 0, 0)
    assert (
        sum(row["part"] for row in answer["by_hamlet"]) == sum(row["part"] for row in answer["by_kind"].values()) == 1
    )
    assert answer["states"]["tinh"] == 1
    proof = next(row for row in answer["businesses"] if row["state"] == "tinh")
    assert (proof["order"], proof["evidence"], proof["completed_on"]) == (code, "người mua xác nhận", "2026-11-20")
    assert [point["as_of"] for point in answer["line"]][-2:] == ["2026-10-31", "2026-11-24"]
    assert answer["in_period"]["window"] == {"from": "2026-11-15", "to": "2026-11-24"}


def test_before_the_sale_nobody_counts(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 20), is_known=True))
    look_everywhere(cast.commune)
    assert json.loads(run(app, "--as-of", "2026-11-19", "--json"))["counted"] == 0


def test_both_wordings_and_the_farms_are_told_to_people(app: Flask, cast: Cast) -> None:
    told = run(app)
    assert "Tính đến 24/11/2026" in told
    for words in ("Kế hoạch III.2.2", "Phụ lục 14", "Hộ nông dân", "đầu kỳ 3 + thêm 0 - bớt 0 = 3"):
        assert words in told


@pytest.mark.parametrize("day", ["hôm qua", "24/11/2026", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_wrong_usage(app: Flask, cast: Cast, day: str) -> None:
    done = app.test_cli_runner().invoke(args=["kpi", "--as-of", day])
    assert done.exit_code == 2
    assert "ngày" in done.stderr
