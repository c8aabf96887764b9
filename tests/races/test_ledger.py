"""Two facts at once of one commune: their entries follow one another, and each sees the other's."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import EvidenceReview, LedgerEntry
from market.adoption.queries import verify
from market.adoption.rules import EvidenceState, ReviewWay, Verdict
from market.base.db import reading, transaction
from market.base.errors import Conflict, Refused
from market.sellers.models import BusinessMember, ClaimState
from tests.adoption.sales import Sold, sell
from tests.adoption.test_entries import SOLD_ON
from tests.cast import Cast
from tests.conftest import Clock
from tests.races.harness import unlocked
from tests.races.overlap import Move, race


def judging(order_id: int, cast: Cast, now: Clock, verdict: Verdict) -> Move:
    def act(session: Session) -> bool:
        reviewed = {"way": ReviewWay.CALLED, "reason": "đã hỏi", "reviewed_by": cast.hung, "reviewed_at": now()}
        session.add(EvidenceReview(order_id=order_id, verdict=verdict, **reviewed))
        return True

    return act


def joining(cast: Cast, now: Clock) -> Move:
    def act(session: Session) -> bool:
        member = {"business_id": cast.lan.business, "person_id": cast.mai, "claimed_at": now(), "decided_at": now()}
        session.add(BusinessMember(**member, state=ClaimState.CONFIRMED))
        return True

    return act


def at_once(app: Flask, first: Move, second: Move) -> tuple[object, object]:
    """The first stops behind its entry, not yet committed; what each returned, or the type of its refusal."""

    def done(move: Move) -> object:
        with app.app_context():
            try:
                with transaction() as session:
                    return move(session)
            except Refused as refusal:
                return type(refusal)

    return race(lambda: done(first), lambda: done(second), after="INSERT INTO evidence ")


def entered(cast: Cast, buyer: int | None = None) -> int:
    with transaction() as session:
        return sell(session, cast.commune, cast.lan, Sold(on=SOLD_ON, is_known=True, buyer=buyer)).id


def newest(order_id: int) -> LedgerEntry:
    found = select(LedgerEntry).where(LedgerEntry.order_id == order_id, LedgerEntry.replaced_at.is_(None))
    return reading().scalars(found).one()


def test_two_facts_of_two_sales_stand_one_behind_the_other(app: Flask, cast: Cast, now: Clock) -> None:
    first, second = entered(cast), entered(cast)
    moves = [judging(one, cast, now, Verdict.DOES_NOT_COUNT) for one in (first, second)]
    assert at_once(app, *moves) == (True, True)
    assert [newest(one).finding for one in (first, second)] == [EvidenceState.STRUCK_OUT] * 2
    assert verify(reading(), cast.commune).broken is None


def test_two_facts_of_one_sale_each_see_the_other(app: Flask, cast: Cast, now: Clock) -> None:
    """Who bought joins the seller while the office lets the sale count: it is no sale, whatever came first."""
    for first in (True, False):
        order_id = entered(cast, cast.mai)
        both = [judging(order_id, cast, now, Verdict.COUNTS), joining(cast, now)]
        at_once(app, *(both if first else reversed(both)))
        assert (newest(order_id).level, newest(order_id).finding) == (0, EvidenceState.COUNTS)
        with transaction() as session:
            session.delete(session.scalars(select(BusinessMember).where(BusinessMember.person_id == cast.mai)).one())


def test_without_its_head_locked_the_second_hangs_where_the_first_does(app: Flask, cast: Cast, now: Clock) -> None:
    first, second = entered(cast), entered(cast)
    moves = [judging(one, cast, now, Verdict.DOES_NOT_COUNT) for one in (first, second)]
    with unlocked(["evidence_head"]):
        assert at_once(app, *moves) == (True, Conflict), "the second is lost"
