"""What is open before a period is locked: sales to review, likely twins, late rows, buyers to call, cells that nobody
could read; and `flask kpi --period`."""

import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.adoption.models import DeclaredSale, LockedNumber
from market.adoption.queries.before_lock import BeforeLock, before_lock
from market.adoption.queries.board import board_of
from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.actions import keep_apart
from market.sellers.models import Business, BusinessHistory, UnreadCell
from tests.adoption.figures import look_everywhere
from tests.adoption.periods import DECEMBER, lock_as_shown, opened
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns

AFTER = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)
pytestmark = in_turns


@pytest.fixture
def over(cast: Cast, now: Clock) -> Clock:
    now.at = AFTER
    return now


def open_now(session: Session, cast: Cast, now: Clock) -> BeforeLock:
    board = board_of(session, cast.commune, DECEMBER.days.end, known_at=now())
    return before_lock(session, board, DECEMBER.days, now=now())


def test_a_sale_to_look_at_is_named_with_its_order(cast: Cast, over: Clock, session: Session) -> None:
    assert open_now(session, cast, over).is_empty
    with transaction() as writing:
        sold = Sold(on=date(2026, 12, 1), is_known=True, phone="0900 000 011")
        code = sell(writing, cast.commune, cast.lan, sold).code
    look_everywhere(cast.commune)
    found = open_now(session, cast, over)
    assert found.to_review_count == 1
    [flagged] = found.to_review
    assert flagged.standing.proof is not None
    assert (flagged.named.id, flagged.standing.proof.code) == (cast.lan.business, code)


def test_two_that_may_be_one_are_named_until_somebody_says_they_are_two(
    cast: Cast, over: Clock, session: Session
) -> None:
    with transaction() as writing:
        writing.execute(update(Business).where(Business.id == cast.theu).values(name="HKD rau bà Lan"))
        lan = writing.get_one(Business, cast.lan.business)
        writing.execute(update(Business).where(Business.id == cast.theu).values(phone=lan.phone))
    [pair] = open_now(session, cast, over).twins
    assert [one.id for one in pair] == [cast.lan.business, cast.theu]
    with transaction() as writing:
        keep_apart(writing, Actor(person_id=cast.hung), cast.commune, (cast.lan.business, cast.theu), now=over())
    assert not open_now(session, cast, over).twins


def test_what_was_written_after_the_period_about_a_day_in_it_is_named(
    cast: Cast, over: Clock, session: Session
) -> None:
    with transaction() as writing:
        declared = {"platform": "shopee", "declared_by": cast.hung, "declared_at": over()}
        for day in (date(2026, 12, 2), date(2026, 11, 14)):
            writing.add(DeclaredSale(business_id=cast.theu, sold_on=day, **declared))
        lan = writing.scalars(select(BusinessHistory).where(BusinessHistory.business_id == cast.lan.business)).one()
        said = {"kind": lan.kind, "status": lan.status, "hamlet_id": cast.mo_doan, "source": "Biên bản"}
        line = {"business_id": cast.lan.business, "valid_from": date(2026, 12, 3), "recorded_at": over()}
        writing.add(BusinessHistory(**line, **said))
        paid = {"is_banked": True, "is_asked": True, "paid_after": over() - datetime(2026, 12, 5, 2, tzinfo=UTC)}
        code = sell(writing, cast.commune, cast.lan, Sold(on=date(2026, 12, 5), **paid)).code
    found = open_now(session, cast, over).late
    assert {(one.business_id, one.order, one.day) for one in found} == {
        (cast.theu, None, date(2026, 12, 2)),
        (cast.lan.business, None, date(2026, 12, 3)),
        (cast.lan.business, code, date(2026, 12, 5)),
    }


def test_a_cell_that_nobody_could_read_waits(cast: Cast, over: Clock, session: Session) -> None:
    with transaction() as writing:
        cell = {"field": "phone", "text": "09x", "why": "không phải số", "noted_at": over(), "closed_at": None}
        writing.add(UnreadCell(business_id=cast.theu, **cell))
    [waiting] = open_now(session, cast, over).unread
    assert (waiting.business_id, waiting.cells) == (cast.theu, 1)


# --- flask kpi --period ----------------------------------------------------------------------------------------------


def test_the_command_prints_a_lock_and_fails_where_it_does_not_come_out_again(
    app: Flask, cast: Cast, over: Clock
) -> None:
    period = opened(cast, over)
    runner = app.test_cli_runner()
    draft = runner.invoke(args=["kpi", "--period", DECEMBER.key])
    assert (draft.exit_code, "chưa chốt" in draft.stderr) == (1, True)
    lock_as_shown(cast, period, over)
    told = runner.invoke(args=["kpi", "--period", DECEMBER.key])
    assert told.exit_code == 0, told.output
    assert "Tháng 12 năm 2026 (15/11/2026 – 14/12/2026): đã chốt, bản 1" in told.output
    assert "Tính lại từ bằng chứng ra đúng số đã chốt." in told.output
    with transaction() as writing:
        writing.execute(update(LockedNumber).values(part=0))
    wrong = runner.invoke(args=["kpi", "--period", DECEMBER.key, "--json"])
    answer = json.loads(wrong.stdout)
    assert wrong.exit_code == 1
    assert (answer["recomputes"], answer["version"]) == (False, 1)
    assert "có tài khoản" in answer["changed"]
    assert runner.invoke(args=["kpi", "--period", "tháng 12"]).exit_code == 1
