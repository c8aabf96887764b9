"""Stories: whom the market proposes, and that nobody is told of without their word to this very text."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import NotAllowed, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.feedback.actions.stories import (
    NewStory,
    StoryText,
    change_story,
    give_story_consent,
    publish_story,
    record_story_paper,
    take_story_back,
    withdraw_story_consent,
    write_story,
)
from market.feedback.models import Story, StoryConsent
from market.feedback.queries.stories import (
    facts_of_story,
    shown_stories,
    shown_story,
    story_leads,
    story_with_id,
    story_year,
)
from market.feedback.rules.stories import LEAST_ALONE, LEAST_IN_SEASON, StoryGround
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.places.models import DatedFact
from market.sellers.models import Business, Certificate, Mandate
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns
from tests.payments.steps import buy
from tests.web.base.world import plain_row

TEXT = StoryText(title="Bà Lan bán rau", words="Bà Lan kể chuyện.", bulletin="Mời bà con nghe chuyện bà Lan.")


def written(cast: Cast, now: Clock, **said: object) -> int:
    new = {
        "commune_id": cast.commune,
        "business_id": cast.lan.business,
        "ground": StoryGround.OTHER,
        "text": TEXT,
        "client_key": None,
        **said,
    }
    with transaction() as session:
        return write_story(session, Actor(person_id=cast.hung), NewStory(**new), clock=now)  # type: ignore[arg-type]


def seen(cast: Cast, story: int) -> str:
    reading().expire_all()
    return seen_of(facts_of_story(reading(), story_with_id(reading(), cast.commune, story)))


def agree(cast: Cast, story: int, now: Clock, *, shown: str | None = None, mandate: int | None = None) -> None:
    actor = Actor(person_id=cast.lan.person, mandate_id=mandate)
    with transaction() as session:
        what = cast.lan.business, story, seen(cast, story) if shown is None else shown
        give_story_consent(session, actor, *what, clock=now)


def publish(cast: Cast, story: int, now: Clock) -> None:
    with transaction() as session:
        what = cast.commune, story, seen(cast, story)
        publish_story(session, Actor(person_id=cast.hung), *what, clock=now)


def shown(cast: Cast) -> list[str]:
    reading().expire_all()
    return [one.title for one in shown_stories(reading(), cast.commune, 0, 10)]


@in_turns
def test_nobody_is_told_of_without_their_word_and_is_gone_at_once_when_they_take_it_back(
    cast: Cast, now: Clock
) -> None:
    story = written(cast, now)
    with pytest.raises(Refused, match="chưa đồng ý"):
        publish(cast, story, now)
    with pytest.raises(NotAllowed):
        agree(cast, story, now, mandate=1)
    with pytest.raises(ChangedSince):
        agree(cast, story, now, shown="other")
    agree(cast, story, now)
    assert shown(cast) == [], "consent alone puts nothing up"
    publish(cast, story, now)
    assert shown(cast) == ["Bà Lan bán rau"]
    for _ in range(2):
        with transaction() as session:
            withdraw_story_consent(session, Actor(person_id=cast.lan.person), cast.lan.business, story, clock=now)
    assert shown(cast) == []
    with pytest.raises(NotFound):
        shown_story(reading(), cast.commune, "ba-lan-ban-rau")
    consents = reading().scalars(select(StoryConsent)).all()
    assert [(one.given_by, one.withdrawn_at) for one in consents] == [(cast.lan.person, now())], "kept as proof"


@in_turns
def test_another_text_asks_for_another_consent(cast: Cast, now: Clock) -> None:
    story = written(cast, now)
    agree(cast, story, now)
    publish(cast, story, now)
    other = StoryText(title=TEXT.title, words="Bà Lan lãi to.", bulletin=TEXT.bulletin)
    with transaction() as session:
        what = cast.commune, story, other, seen(cast, story)
        change_story(session, Actor(person_id=cast.hung), *what, clock=now)
    assert shown(cast) == []
    with pytest.raises(Refused, match="chưa đồng ý"):
        publish(cast, story, now)
    with transaction() as session:
        what = cast.commune, story, "Giấy bà Lan ký", seen(cast, story)
        record_story_paper(session, Actor(person_id=cast.hung), *what, clock=now)
    publish(cast, story, now)
    assert shown(cast) == [TEXT.title]
    with transaction() as session:
        take_story_back(session, Actor(person_id=cast.hung), cast.commune, story, clock=now)
    assert shown(cast) == []


@in_turns
def test_a_year_counts_what_is_shown_against_what_the_plan_wants(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        day = local_day(now()) - timedelta(days=1)
        fact = {"commune_id": cast.commune, "key": "story.year", "value": "4", "source": "KH"}
        session.add(DatedFact(**fact, valid_from=day))
    for _ in range(2):
        story = written(cast, now)
        agree(cast, story, now)
        publish(cast, story, now)
    written(cast, now)
    year = story_year(reading(), cast.commune, now())
    assert (year.year, year.shown, year.target) == (2026, 2, 4)
    assert reading().scalars(select(Story.slug).order_by(Story.id)).all() == [
        "ba-lan-ban-rau",
        "ba-lan-ban-rau-2",
        "ba-lan-ban-rau-3",
    ]
    assert reading().scalar(select(func.count(StoryConsent.id))) == 2


def sold(cast: Cast, now: Clock, times: int, *, ago: int = 0, variant: int = 0) -> None:
    """Orders that were handed over so many days ago."""
    for _ in range(times):
        order = buy(cast, now(), variant=variant or None)
        at = now() - timedelta(days=ago)
        with transaction() as session:
            row = session.get_one(Order, order.id)
            row.status, row.completed_at, row.completed_on = OrderStatus.DELIVERED, at, local_day(at)
            row.ready_at = row.accepted_at = at
            row.to_weigh = 0


def leads(cast: Cast, now: Clock) -> dict[StoryGround, list[int]]:
    found: dict[StoryGround, list[int]] = {}
    for one in story_leads(reading(), cast.commune, now()):
        found.setdefault(one.ground, []).append(one.business_id)
    return found


def mandated(cast: Cast, now: Clock, *, began: int, ended: int | None = None) -> None:
    with transaction() as session:
        vy, hung = (session.get_one(make.Person, one) for one in (cast.vy, cast.hung))
        mandate: Mandate = make.make_mandate(session, session.get_one(Business, cast.lan.business), vy, hung, now())
        mandate.starts_on = local_day(now()) - timedelta(days=began)
        if ended is not None:
            mandate.ends_on = local_day(now()) - timedelta(days=ended)


def test_the_first_sale_after_help_is_proposed_and_one_before_it_is_not(cast: Cast, now: Clock) -> None:
    assert leads(cast, now) == {}
    mandated(cast, now, began=20)
    assert leads(cast, now) == {}
    sold(cast, now, 1, ago=5)
    assert leads(cast, now) == {StoryGround.FIRST_SALE: [cast.lan.business]}
    sold(cast, now, 1, ago=30)
    assert leads(cast, now) == {}


def test_who_sells_alone_after_help_ended_is_proposed(cast: Cast, now: Clock) -> None:
    mandated(cast, now, began=60, ended=20)
    sold(cast, now, LEAST_ALONE, ago=40)
    sold(cast, now, LEAST_ALONE - 1, ago=3)
    assert StoryGround.ALONE_NOW not in leads(cast, now), "what was sold under the mandate does not count"
    sold(cast, now, 1, ago=2)
    assert leads(cast, now)[StoryGround.ALONE_NOW] == [cast.lan.business]
    mandated(cast, now, began=1)
    assert StoryGround.ALONE_NOW not in leads(cast, now)


def test_a_good_season_and_a_new_certificate_are_proposed_until_a_story_is_written(cast: Cast, now: Clock) -> None:
    sold(cast, now, LEAST_IN_SEASON, ago=3)
    with transaction() as session:
        day = local_day(now()) - timedelta(days=9)
        plain_row(session, Certificate, now(), business_id=cast.htx.business, kind="OCOP 3 sao", valid_from=day)
    assert leads(cast, now) == {
        StoryGround.GOOD_SEASON: [cast.lan.business],
        StoryGround.CERTIFIED: [cast.htx.business],
    }
    written(cast, now)
    assert leads(cast, now) == {StoryGround.CERTIFIED: [cast.htx.business]}
