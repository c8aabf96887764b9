"""Eight at once over one sale and one week: verdicts, calls, rounds of the job, draws. Each is done once."""

from collections import Counter
from datetime import date

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.adoption.actions import NewCall, SaleReview, draw_calls, record_call, review_evidence
from market.adoption.jobs import look_through
from market.adoption.models import BuyerCall, CallDraw, EvidenceReview, RaisedFlag, SaleCheck
from market.adoption.rules import CallOutcome, ReviewWay, Verdict
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Refused
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, seen_now, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.services.crowd import crowd

DAY = date(2026, 11, 20)


@by_day_on("postgresql")
def test_of_eight_decisions_from_one_page_one_is_taken(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    """Verdicts that differ and calls that differ: what is written first changes what the others saw."""
    with transaction() as writing:
        order = sell(writing, cast.commune, cast.lan, Sold(on=DAY, is_known=True))
    look_everywhere(cast.commune)
    with transaction() as writing:
        seen = seen_now(writing, cast.commune, order.id, now())
    hung, of = Actor(person_id=cast.hung), {"commune_id": cast.commune, "order_id": order.id, "seen": seen}

    def decide(number: int) -> str:
        try:
            with transaction() as writing:
                if number % 2:
                    said = {"verdict": list(Verdict)[number // 2 % 2], "way": ReviewWay.VISITED}
                    review_evidence(writing, hung, SaleReview(reason=f"lần {number}", **said, **of), clock=now)
                else:
                    outcome = list(CallOutcome)[number // 2]
                    record_call(writing, hung, NewCall(outcome=outcome, note=f"lần {number}", **of), clock=now)
        except Refused as refused:
            return refused.code
        return "done"

    assert Counter(crowd(app, range(8), decide)) == {"done": 1, "changed_since_seen": 7}
    looks, calls = (session.scalar(select(func.count(one.id))) for one in (EvidenceReview, BuyerCall))
    assert (looks, calls) in ((1, 1), (0, 2)), "the call of the sale itself, and one of the eight"


@by_day_on("postgresql")
def test_of_eight_rounds_of_the_job_each_thing_is_written_once(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        for number in range(4):
            sell(writing, cast.commune, cast.lan, Sold(on=DAY, is_known=number < 2, phone="0900 000 011"))
    assert sum(crowd(app, [cast.commune] * 8, look_through)) == 2
    assert session.scalars(select(SaleCheck.ended_at)).all() == [None, None]
    assert session.scalars(select(RaisedFlag.ended_at)).all() == [None, None]


@by_day_on("postgresql")
def test_of_eight_draws_a_week_has_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        for seller in (cast.lan, cast.htx, cast.tu):
            phone = f"0900 000 55{seller.business}"
            sell(writing, cast.commune, seller, Sold(on=DAY, is_confirmed=True, phone=phone))

    def draw(_number: int) -> int:
        with transaction() as writing:
            return draw_calls(writing, cast.commune, clock=now)

    assert sorted(crowd(app, range(8), draw)) == [0] * 7 + [3]
    assert session.scalars(select(CallDraw.rank).order_by(CallDraw.rank)).all() == [1, 2, 3]
