"""A verdict on an order of the KPI: given by two at once, and while the money it rests on is taken off."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.actions import SaleReview, review_evidence
from market.adoption.models import EvidenceReview
from market.adoption.rules import ReviewWay, Verdict
from market.base.audit import Actor
from market.base.db import transaction
from market.payments.models import Allocation
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, seen_now, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.steps import undo_as_shown
from tests.races.harness import outcome, writing
from tests.races.overlap import overlap, race


@pytest.fixture
def look(cast: Cast, now: Clock) -> SaleReview:
    """A verdict on a sale of which the provider told when it was asked, from a page opened right now."""
    with transaction() as writing:
        order_id = sell(writing, cast.commune, cast.lan, Sold(on=date(2026, 10, 25), is_banked=True, is_asked=True)).id
    look_everywhere(cast.commune)
    with transaction() as writing:
        seen = seen_now(writing, cast.commune, order_id, now())
    said = {"verdict": Verdict.COUNTS, "way": ReviewWay.VISITED, "reason": "Đã hỏi cả hai"}
    return SaleReview(commune_id=cast.commune, order_id=order_id, seen=seen, **said)


def test_the_same_verdict_sent_twice_at_once_is_one(
    app: Flask, cast: Cast, now: Clock, session: Session, look: SaleReview
) -> None:
    def review(writing: Session) -> None:
        review_evidence(writing, Actor(person_id=cast.hung), look, clock=now)

    overlap(app, review, review)

    assert session.scalars(select(EvidenceReview.verdict)).all() == [Verdict.COUNTS]


def test_a_verdict_that_waits_for_money_to_be_taken_off_does_not_count_it(
    app: Flask, cast: Cast, now: Clock, session: Session, look: SaleReview
) -> None:
    """What is known is what is known after the wait."""
    money = session.scalars(select(Allocation.id)).one()

    def later() -> datetime:
        return now.move(seconds=2)

    def reverse(writing: Session, _at: int) -> None:
        undo_as_shown(writing, Actor(person_id=cast.lan.person), cast.lan.stall, money, clock=later)

    def review(writing: Session, _at: int) -> None:
        review_evidence(writing, Actor(person_id=cast.hung), look, clock=now)

    def done(act: Callable[[Session, int], object]) -> str:
        with app.app_context():
            return outcome(writing(act), look.order_id)

    assert race(lambda: done(reverse), lambda: done(review), after='SELECT "order"') == (
        "done",
        "Refused: only_declared",
    )
    assert session.scalars(select(EvidenceReview.verdict)).all() == []
