"""A notice that leaves the market: planned, claimed, sent, failed, and known to those whom it did not reach."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import insert_once, transaction
from market.base.errors import Refused
from market.notices import actions
from market.notices.actions import ChosenWays, DueDelivery
from market.notices.models import Notice, NoticeChoice, NoticeDelivery, NoticeDispatch
from market.notices.ports import NotTaken
from market.notices.rules import Route, Step
from tests.cast import Cast
from tests.races.harness import Aggregate, running_now, writing

_numbers = count(1)


class Sendings:
    """A notice to bà Lan that waits for its first way; the second costs money as well."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        steps = [Step(way="trong"), Step(way="loa")]
        route = Route(person_id=cast.lan.person, steps=steps, wakes=True)
        self.to = DueDelivery(
            route=route, is_over=False, takes_keys=True, is_paid=True, most_time=timedelta(seconds=20)
        )

    def start(self) -> int:
        row = {
            "commune_id": self.cast.commune,
            "dedupe_key": f"raced:{next(_numbers)}",
            "kind": "don_moi",
            "sentence": "Đơn mới.",
            "business_id": self.cast.lan.business,
            "created_at": running_now(),
        }
        with transaction() as session:
            notice_id = session.scalars(insert_once(session, Notice).values(row).returning(Notice.id)).one()
            actions.plan(session, notice_id, [self.to.route], now=running_now())
            return session.scalars(select(NoticeDelivery.id).where(NoticeDelivery.notice_id == notice_id)).one()

    def plan(self, session: Session, at: int) -> None:
        actions.plan(session, session.get_one(NoticeDelivery, at).notice_id, [self.to.route], now=running_now())

    def begin(self, session: Session, at: int) -> None:
        if not actions.begin(session, at, self.to, now=running_now()):
            raise Refused("not_mine", "Người khác đang gửi.")

    def end(self, session: Session, at: int) -> None:
        actions.end_sent(session, at, self.to, now=running_now())

    def fail(self, session: Session, at: int) -> None:
        actions.fail(session, at, self.to, NotTaken("no such number", permanent=True), now=running_now())

    def know(self, session: Session, at: int) -> None:
        notice_id = session.get_one(NoticeDelivery, at).notice_id
        actions.know_unreached(session, self.cast.lan.business, notice_id, now=running_now())

    def choose(self, session: Session, at: int) -> None:
        chosen = ChosenWays(off=("loa",), email="lan@thu.test", wakes_for_orders=True)
        actions.choose_ways(session, self.cast.lan.person, chosen, now=running_now())

    def picture(self, session: Session, at: int) -> object:
        notice_id = session.get_one(NoticeDelivery, at).notice_id
        rows = session.scalars(
            select(NoticeDelivery).where(NoticeDelivery.notice_id == notice_id).order_by(NoticeDelivery.id)
        )
        dispatch = session.scalars(select(NoticeDispatch).where(NoticeDispatch.notice_id == notice_id)).one()
        chosen = select(NoticeChoice.off_ways).where(NoticeChoice.person_id == self.cast.lan.person)
        return (
            [(one.way, one.state, one.why, one.attempts, one.counted_in is not None) for one in rows],
            (dispatch.reach, dispatch.known_at is not None),
            session.scalars(chosen).all(),
        )

    def aggregate(self) -> Aggregate:
        moves = ("plan", "begin", "end", "fail", "know", "choose")
        return Aggregate(
            start=self.start,
            moves={name: writing(getattr(self, name)) for name in moves},
            picture=self.picture,
            tables=["notice_dispatch"],
            spare={
                "paid_notices": "many notices' own: tests/races/test_notices.py",
                "notice_choice": "a form says all of it at once: the last one said holds",
            },
        )


def notices(cast: Cast) -> Aggregate:
    return Sendings(cast).aggregate()
