"""A helper's visits to a household, and the week's lists of whom to visit."""

from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.adoption.actions.planning import plan_week
from market.base.audit import Actor
from market.base.db import transaction
from market.places.models import Commune
from market.sellers.actions.help_visits import NewHelpVisit, record_visit, withdraw_visit
from market.sellers.models import HelpVisit, PostRole, VisitPlan
from market.sellers.rules.help_visits import HelpStep, VisitOutcome, VisitPlace
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

_numbers = count(1)


class Visits:
    """A household of em Vy's hamlet to which she was once."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.vy = cast, Actor(person_id=cast.vy)

    def start(self) -> int:
        self.forms = [f"form-{next(_numbers)}" for _ in range(2)]
        with transaction() as session:
            self.before = record_visit(session, self.vy, self.new(f"form-{next(_numbers)}"), clock=running_now)
        return self.cast.theu

    def new(self, key: str) -> NewHelpVisit:
        return NewHelpVisit(
            commune_id=self.cast.commune,
            business_id=self.cast.theu,
            visited_on=local_day(running_now()),
            place=VisitPlace.HOME,
            steps=(HelpStep.ACCOUNT,),
            outcome=VisitOutcome.DONE,
            has_agreed=True,
            client_key=key,
        )

    def record(self, which: int) -> Move:
        return writing(
            lambda session, _at: record_visit(session, self.vy, self.new(self.forms[which]), clock=running_now)
        )

    def withdraw(self, session: Session, _at: int) -> None:
        withdraw_visit(session, self.vy, self.cast.commune, self.before, clock=running_now)

    def picture(self, session: Session, at: int) -> object:
        rows = session.scalars(select(HelpVisit).where(HelpVisit.business_id == at))
        keys = [self.forms.index(one.client_key) if one.client_key in self.forms else None for one in rows]
        taken_back = session.get_one(HelpVisit, self.before).withdrawn_at is not None
        return sorted(keys, key=str), taken_back, verbs_of(session, "business", at)


def visits(cast: Cast) -> Aggregate:
    held = Visits(cast)
    return Aggregate(
        start=held.start,
        moves={"record": held.record(0), "record another": held.record(1), "take back": writing(held.withdraw)},
        picture=held.picture,
        tables=["business"],
    )


def visit_lists(cast: Cast) -> Aggregate:
    """A hamlet with a helper and three households, whose lists of this week two workers draw up."""

    def start() -> int:
        with transaction() as session:
            commune = session.get_one(Commune, cast.commune)
            hamlet = make.make_hamlet(session, commune, f"thôn Ghé {next(_numbers)}")
            make.make_post(session, session.get_one(Person, cast.mai), PostRole.HELPER, hamlet, running_now())
            for number in range(3):
                make.make_business(session, hamlet, f"Hộ {number} {hamlet.name}", running_now())
            return hamlet.id

    def plan(session: Session, at: int) -> None:
        plan_week(session, cast.commune, at, clock=running_now)

    def picture(session: Session, at: int) -> object:
        return session.scalars(select(VisitPlan.rank).where(VisitPlan.hamlet_id == at).order_by(VisitPlan.rank)).all()

    moves = {"one worker": writing(plan), "another worker": writing(plan)}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["commune"])
