"""A reporting period: two officers lock it, replace its lock, write down that its report was sent."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.actions import (
    PeriodLocking,
    Sending,
    facts_to_lock,
    facts_to_send,
    lock_period,
    open_period,
    send_period,
)
from market.adoption.models import PeriodLock, PeriodSending
from market.adoption.queries.locked import count_period
from market.adoption.rules.periods import NamedPeriod, PeriodCut, PeriodKind
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.seen import seen_of
from market.places.models import Commune
from market.sellers.models import PostRole
from tests import factories as make
from tests.cast import Cast
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

OCTOBER = NamedPeriod(kind=PeriodKind.MONTH, cut=PeriodCut.REPORTING, year=2026, number=10)


class Period:
    """Its moves, each from a page that showed the draft, or version 1."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.hung, self.binh = cast, Actor(person_id=cast.hung), Actor()

    def draft(self) -> int:
        with transaction() as session:
            commune = session.get_one(Commune, self.cast.commune)
            binh = make.make_person(session, commune, "Lê Thị Bình", "0900 000 003", running_now())
            make.make_post(session, binh, PostRole.OFFICER, None, running_now())
            self.binh = Actor(person_id=binh.id)
            return open_period(session, self.hung, self.cast.commune, OCTOBER, clock=running_now)

    def locked(self) -> int:
        at = self.draft()
        self.lock("first")(at)
        return at

    def lock(self, key: str, *, is_binh: bool = False, replaces: int | None = None) -> Move:
        def act(session: Session, at: int) -> int:
            counting = count_period(reading(), self.cast.commune, OCTOBER.days, known_at=running_now())
            locking = PeriodLocking(
                commune_id=self.cast.commune,
                period_id=at,
                client_key=key,
                seen=seen_of(facts_to_lock(counting, replaces or 0)),
                replaces=replaces,
                reason=f"vì {key}" if replaces else None,
            )
            return lock_period(session, self.binh if is_binh else self.hung, locking, clock=running_now)

        return writing(act)

    def send(self, *, is_binh: bool = False) -> Move:
        def act(session: Session, at: int) -> None:
            seen = seen_of(facts_to_send(1))
            sending = Sending(commune_id=self.cast.commune, period_id=at, document_no="05/BC", seen=seen)
            send_period(session, self.binh if is_binh else self.hung, sending, clock=running_now)

        return writing(act)


def draft_periods(cast: Cast) -> Aggregate:
    period = Period(cast)
    return Aggregate(
        start=period.draft,
        moves={
            "lock": period.lock("one"),
            "another locks": period.lock("other", is_binh=True),
            "send": period.send(),
        },
        picture=picture,
        tables=["report_period"],
    )


def locked_periods(cast: Cast) -> Aggregate:
    period = Period(cast)
    return Aggregate(
        start=period.locked,
        moves={
            "replace": period.lock("one", replaces=1),
            "another replaces": period.lock("other", is_binh=True, replaces=1),
            "send": period.send(),
            "another sends": period.send(is_binh=True),
        },
        picture=picture,
        tables=["report_period"],
    )


def picture(session: Session, at: int) -> object:
    """Which versions there are, by whom and why, which of them was sent, and what was done in which order."""
    locks = session.execute(
        select(PeriodLock.version, PeriodLock.locked_by, PeriodLock.reason, PeriodSending.sent_by)
        .outerjoin(PeriodSending, PeriodSending.period_lock_id == PeriodLock.id)
        .where(PeriodLock.report_period_id == at)
        .order_by(PeriodLock.version)
    )
    return [tuple(row) for row in locks], verbs_of(session, "report_period", at)
