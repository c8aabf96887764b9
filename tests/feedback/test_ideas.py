"""Ideas: what becomes of one, and that its sender's wish alone lets it be shown."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.retention import apply_rules
from market.base.seen import seen_of
from market.feedback.actions.ideas import IdeaDecision, NewIdea, decide_idea, send_idea, set_wish
from market.feedback.models import Idea
from market.feedback.queries.ideas import facts_of_idea, idea_by_code, published_ideas
from market.feedback.retention import RULES
from market.feedback.rules.ideas import SENDER_KEPT, IdeaState
from market.notices.models import Notice
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import in_turns


def propose(cast: Cast, now: Clock, **said: object) -> str:
    new = {
        "commune_id": cast.commune,
        "title": "Chợ phiên tối thứ Bảy",
        "words": "Mở chợ ở nhà văn hóa",
        "signed": None,
        "phone": None,
        "person_id": None,
        "may_publish": False,
        "client_key": None,
        **said,
    }
    with transaction() as session:
        return send_idea(session, NewIdea(**new), clock=now)  # type: ignore[arg-type]


def idea(cast: Cast, code: str) -> Idea:
    reading().expire_all()
    return idea_by_code(reading(), cast.commune, code)


def decide(cast: Cast, code: str, now: Clock, state: IdeaState, reason: str | None = None, **said: bool) -> None:
    seen = seen_of(facts_of_idea(idea(cast, code)))
    new = IdeaDecision(state=state, reason=reason, is_published=said.get("is_published", False), seen=seen)
    with transaction() as session:
        decide_idea(session, Actor(person_id=cast.hung), cast.commune, idea(cast, code).id, new, clock=now)


def shown(cast: Cast) -> list[str]:
    reading().expire_all()
    return [one.code for one in published_ideas(reading(), cast.commune, 0, 10)]


@in_turns
def test_it_is_shown_by_its_sender_s_wish_alone_and_no_longer_than_that(cast: Cast, now: Clock) -> None:
    code = propose(cast, now)
    with pytest.raises(Refused, match="không muốn đăng"):
        decide(cast, code, now, IdeaState.DOING, is_published=True)
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Idea, idea(cast, code).id).published_at = now()
    for may_publish in (True, False):
        with transaction() as session:
            seen = seen_of(facts_of_idea(idea(cast, code)))
            set_wish(session, cast.commune, code, seen, may_publish=may_publish, clock=now)
        assert shown(cast) == [], "an officer looks first"
        if may_publish:
            decide(cast, code, now, IdeaState.DOING, is_published=True)
            assert shown(cast) == [code]
    assert {event.actor_id for event in events_of(reading(), "idea", idea(cast, code).id)} == {None, cast.hung}


@in_turns
def test_a_no_has_a_reason_and_its_sender_hears_of_it_and_is_forgotten_in_time(cast: Cast, now: Clock) -> None:
    code = propose(cast, now, person_id=cast.mai, phone=Phone("0900 000 021"), signed="Mai")
    with pytest.raises(Refused, match="vì sao"):
        decide(cast, code, now, IdeaState.NOT_DOING)
    for _ in range(2):
        decide(cast, code, now, IdeaState.NOT_DOING, "Chưa có kinh phí")
    [told] = reading().scalars(select(Notice).where(Notice.person_id == cast.mai))
    assert told.kind == "gop_y_tra_loi"
    now.move(days=SENDER_KEPT.days + 1)
    apply_rules(RULES, now())
    row = idea(cast, code)
    assert (row.person_id, row.phone, row.signed, row.reason) == (None, None, None, "Chưa có kinh phí")
