"""What a commune may spend on messages is counted under a lock, and no delivery is claimed twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import insert_once, reading, transaction
from market.notices.actions import DueDelivery, begin, plan
from market.notices.models import Notice, NoticeDelivery, PaidNotices
from market.notices.rules import PAID_FACT, Route, Step
from tests.cast import Cast
from tests.conftest import Clock
from tests.notices.ways import say
from tests.races.harness import unlocked
from tests.races.overlap import overlap

CAP = 3


def standing(cast: Cast) -> DueDelivery:
    route = Route(person_id=cast.lan.person, steps=[Step(way="sms")])
    return DueDelivery(route=route, is_over=False, takes_keys=True, is_paid=True, most_time=timedelta(seconds=20))


def deliveries(cast: Cast, now: Clock, number: int) -> list[int]:
    """So many notices that wait to be sent for money."""
    with transaction() as session:
        for at in range(number):
            row = {"commune_id": cast.commune, "business_id": cast.lan.business, "created_at": now()}
            row |= {"dedupe_key": f"paid:{at}", "kind": "da_huy", "sentence": "Khách đã hủy."}
            notice_id = session.scalars(insert_once(session, Notice).values(row).returning(Notice.id)).one()
            plan(session, notice_id, [standing(cast).route], now=now())
    return list(reading().scalars(select(NoticeDelivery.id).order_by(NoticeDelivery.id)))


def test_of_twice_as_many_as_the_cap_at_once_so_many_as_it_says_are_sent(app: Flask, cast: Cast, now: Clock) -> None:
    say(PAID_FACT, str(CAP), cast.commune)
    waiting = deliveries(cast, now, 2 * CAP)

    def send(delivery_id: int) -> bool:
        with app.app_context(), transaction() as session:
            return begin(session, delivery_id, standing(cast), now=now())

    with ThreadPoolExecutor(len(waiting)) as pool:
        sent = list(pool.map(send, waiting))
    assert sum(sent) == CAP
    assert reading().scalars(select(PaidNotices.sent)).all() == [CAP]


@pytest.mark.parametrize("is_locked", [True, False])
def test_the_last_message_of_a_month_is_sent_once(app: Flask, cast: Cast, now: Clock, *, is_locked: bool) -> None:
    say(PAID_FACT, "2", cast.commune)
    one, another, spent = deliveries(cast, now, 3)
    with transaction() as session:
        assert begin(session, spent, standing(cast), now=now())

    def send(delivery_id: int) -> object:
        def move(session: Session) -> object:
            return begin(session, delivery_id, standing(cast), now=now())

        return move

    if is_locked:
        assert sorted(overlap(app, send(one), send(another))) == [False, True]
        return
    with unlocked(["paid_notices"]):
        assert overlap(app, send(one), send(another)) == (True, True), "without the lock one too many"


def test_two_workers_claim_a_delivery_once(app: Flask, cast: Cast, now: Clock) -> None:
    [one] = deliveries(cast, now, 1)

    def send(session: Session) -> object:
        return begin(session, one, standing(cast), now=now())

    assert sorted(overlap(app, send, send)) == [False, True]
