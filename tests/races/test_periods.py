"""Two officers over one reporting period: one lock, and nothing is sent of a version that was replaced meanwhile."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.adoption.models import PeriodLock, PeriodSending
from tests.cast import Cast
from tests.races.aggregates.periods import Period
from tests.races.harness import Move, outcome, unlocked
from tests.races.overlap import race


def done(app: Flask, move: Move, at: int) -> str:
    with app.app_context():
        return outcome(move, at)


def test_of_two_officers_who_lock_at_once_one_does_and_the_other_is_told_who_did(
    app: Flask, cast: Cast, session: Session
) -> None:
    period = Period(cast)
    at = period.draft()
    one, other = period.lock("one"), period.lock("other", is_binh=True)
    held = race(lambda: done(app, one, at), lambda: done(app, other, at), after="INSERT INTO period_lock")
    assert held == ("done", "Conflict: already_locked")
    assert session.scalar(select(func.count(PeriodLock.id))) == 1


def test_a_report_is_not_sent_of_a_version_that_is_being_replaced(app: Flask, cast: Cast, session: Session) -> None:
    period = Period(cast)
    at = period.locked()
    replace, send = period.lock("one", replaces=1), period.send(is_binh=True)
    held = race(lambda: done(app, replace, at), lambda: done(app, send, at), after="INSERT INTO period_lock")
    assert held == ("done", "ChangedSince: changed_since_seen")
    assert session.scalar(select(func.count(PeriodSending.id))) == 0


def test_without_the_lock_on_the_period_it_would_be(app: Flask, cast: Cast, session: Session) -> None:
    """Why it is locked, and what the test above would see."""
    period = Period(cast)
    at = period.locked()
    replace, send = period.lock("one", replaces=1), period.send(is_binh=True)
    with unlocked(["report_period"]):
        held = race(lambda: done(app, replace, at), lambda: done(app, send, at), after="INSERT INTO period_lock")
    assert held == ("done", "done")
    assert session.scalar(select(func.count(PeriodSending.id))) == 1
