"""A verdict on an order of the KPI, given by two at once."""

from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.actions import SaleReview, review_evidence
from market.adoption.models import EvidenceReview
from market.adoption.rules import Verdict
from market.base.audit import Actor
from market.base.db import transaction
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.races.overlap import overlap


def test_the_same_verdict_sent_twice_at_once_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        order_id = sell(writing, cast.commune, cast.lan, Sold(on=date(2026, 10, 25), is_banked=True)).id
    look = SaleReview(commune_id=cast.commune, order_id=order_id, verdict=Verdict.COUNTS, reason="Đã hỏi cả hai")

    def review(writing: Session) -> None:
        review_evidence(writing, Actor(person_id=cast.hung), look, now=now())

    overlap(app, review, review)

    assert session.scalars(select(EvidenceReview.verdict)).all() == [Verdict.COUNTS]
