"""A helper's visit is written down once, with the household's consent, by who may see the household alone."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.client_keys import SentOtherwise
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.sellers.actions.help_visits import NewHelpVisit, record_visit, withdraw_visit
from market.sellers.models import Business, HelpVisit, Post
from market.sellers.rules.help_visits import HelpStep, VisitConsent, VisitOutcome, VisitPlace
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import by_day_on
from tests.web.stall.settings.test_mandates import mandate

pytestmark = by_day_on("sqlite")

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
Tell = Callable[..., int]


@pytest.fixture
def tell(cast: Cast, now: Clock) -> Tell:
    def told(helper: int | None = None, **said: object) -> int:
        plain = {
            "commune_id": cast.commune,
            "business_id": cast.theu,
            "visited_on": TODAY,
            "place": VisitPlace.HOME,
            "steps": (HelpStep.ACCOUNT, HelpStep.CASHLESS),
            "outcome": VisitOutcome.DONE_MORE,
            "has_agreed": True,
            "client_key": "k",
        }
        with transaction() as writing:
            return record_visit(
                writing, Actor(person_id=helper or cast.vy), NewHelpVisit(**{**plain, **said}), clock=now
            )

    return told


def test_a_visit_says_who_where_when_what_and_who_agreed(tell: Tell, cast: Cast, session: Session) -> None:
    visit = session.get_one(HelpVisit, tell())
    assert (visit.helper_id, visit.hamlet_id, visit.place, visit.visited_on) == (
        cast.vy,
        cast.nghia_dung,
        VisitPlace.HOME,
        TODAY,
    )
    assert visit.steps == (HelpStep.ACCOUNT, HelpStep.CASHLESS)
    assert (visit.consent, visit.next_on) == (VisitConsent.SPOKEN, TODAY + 14 * DAY)
    assert [one.verb for one in events_of(session, "business", cast.theu)][-1] == "record_visit"


def test_the_same_form_is_one_visit_and_another_one_under_its_key_is_refused(tell: Tell, session: Session) -> None:
    assert tell() == tell()
    with pytest.raises(SentOtherwise):
        tell(outcome=VisitOutcome.DONE)
    assert tell(client_key="other") != tell()
    assert len(session.scalars(select(HelpVisit)).all()) == 2


def test_nobody_is_helped_without_consent_and_a_mandate_is_one(
    tell: Tell, cast: Cast, now: Clock, session: Session
) -> None:
    with pytest.raises(Refused, match="đồng ý"):
        tell(has_agreed=False)
    mandate(cast, now)
    visit = session.get_one(HelpVisit, tell(business_id=cast.lan.business, has_agreed=False))
    assert visit.consent is VisitConsent.MANDATE


@pytest.mark.parametrize("outcome", [VisitOutcome.NOBODY, VisitOutcome.NOT_NOW])
def test_where_nobody_was_helped_nothing_was_done(tell: Tell, session: Session, outcome: VisitOutcome) -> None:
    visit = session.get_one(HelpVisit, tell(outcome=outcome, has_agreed=False))
    assert (visit.steps, visit.consent, visit.next_on) == ((), VisitConsent.NONE, None)


@pytest.mark.parametrize(
    "said",
    [
        {"visited_on": TODAY + DAY},
        {"visited_on": TODAY - 32 * DAY},
        {"next_on": TODAY},
        {"next_on": TODAY + 91 * DAY},
        {"steps": ()},
    ],
)
def test_days_that_cannot_be_and_a_visit_about_nothing_are_refused(tell: Tell, said: dict[str, object]) -> None:
    with pytest.raises(Refused):
        tell(**said)


def test_who_helps_elsewhere_or_no_more_writes_nothing(tell: Tell, cast: Cast, now: Clock) -> None:
    for helper, business in ((cast.hung, cast.theu), (cast.mai, cast.theu), (cast.vy, cast.htx.business)):
        with pytest.raises(NotFound):
            tell(helper, business_id=business)
    with pytest.raises(NotFound):
        tell(commune_id=cast.commune + 1)
    with transaction() as writing:
        post = writing.scalars(select(Post).where(Post.person_id == cast.vy)).one()
        post.ends_on = TODAY - DAY
    with pytest.raises(NotFound):
        tell()


def test_a_visit_is_taken_back_by_who_wrote_it_within_a_week(
    tell: Tell, cast: Cast, now: Clock, session: Session
) -> None:
    first, second = tell(), tell(client_key="b")

    def take_back(visit: int, person: int) -> int:
        with transaction() as writing:
            return withdraw_visit(writing, Actor(person_id=person), cast.commune, visit, clock=now)

    with pytest.raises(NotFound):
        take_back(first, cast.hung)
    assert take_back(first, cast.vy) == take_back(first, cast.vy) == cast.theu
    assert session.get_one(HelpVisit, first).withdrawn_at == now()
    now.move(days=8)
    with pytest.raises(Refused, match="7 ngày"):
        take_back(second, cast.vy)


def test_the_database_takes_no_step_without_consent(cast: Cast, now: Clock, session: Session) -> None:
    said = {"commune_id": cast.commune, "business_id": cast.theu, "hamlet_id": cast.nghia_dung, "helper_id": cast.vy}
    said |= {"visited_on": TODAY, "place": VisitPlace.HOME, "recorded_at": now(), "client_key": "x"}
    with pytest.raises(IntegrityError, match="steps_with_consent"), transaction() as writing:
        writing.add(HelpVisit(**said, outcome=VisitOutcome.NOBODY, consent=VisitConsent.NONE, did_account=True))


def test_a_mandate_runs_out_by_itself_and_its_helper_elsewhere_writes_no_more(
    tell: Tell, cast: Cast, now: Clock
) -> None:
    """Anh Tư lives in another hamlet: em Vy sees him under his mandate alone."""
    with transaction() as writing:
        people = writing.get_one(Person, cast.vy), writing.get_one(Person, cast.hung)
        last = make.make_mandate(writing, writing.get_one(Business, cast.tu.business), *people, now()).ends_on
    assert tell(business_id=cast.tu.business)
    now.move(days=(last - TODAY).days + 1)
    with pytest.raises(NotFound):
        tell(business_id=cast.tu.business, client_key="late", visited_on=last + DAY)
