"""A ticket at once: two who answer, a hand-over beside an answer, the clock beside an answer; and a story that is put
up while its people take their word back."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import Conflict, Refused
from market.base.seen import seen_of
from market.feedback.actions.stories import publish_story, withdraw_story_consent
from market.feedback.actions.tickets import Handover, TicketAnswer, answer_ticket, escalate, hand_over
from market.feedback.queries.tickets import TicketReader, facts_of_ticket
from market.feedback.rules.tickets import Desk, TicketState, TicketStepKind
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.steps import helper, officer, send, ticket
from tests.feedback.test_stories import agree, seen, shown, written
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap


@pytest.fixture
def waiting(cast: Cast, now: Clock) -> str:
    return send(cast, now)


def answers(cast: Cast, reader: TicketReader, code: str, now: Clock, words: str) -> Move:
    row = ticket(cast, code)
    new = TicketAnswer(words=words, seen=seen_of(facts_of_ticket(row)))

    def act(session: Session) -> None:
        answer_ticket(session, Actor(person_id=reader.person_id), reader, row.id, new, clock=now)

    return act


def hands_over(cast: Cast, reader: TicketReader, code: str, now: Clock) -> Move:
    row = ticket(cast, code)
    new = Handover(desk=Desk.POLICE, reason="Có người lừa", seen=seen_of(facts_of_ticket(row)))

    def act(session: Session) -> None:
        hand_over(session, Actor(person_id=reader.person_id), reader, row.id, new, clock=now)

    return act


def test_one_of_two_answers_is_taken(app: Flask, cast: Cast, now: Clock, waiting: str) -> None:
    mine, theirs = (
        answers(cast, helper(cast), waiting, now, "Em"),
        answers(cast, officer(cast, now), waiting, now, "Xã"),
    )
    assert overlap(app, mine, theirs) == (None, Conflict)
    assert [step.words for step in ticket(cast, waiting).steps] == [None, "Em"]


def test_what_was_handed_over_is_not_answered_by_who_has_it_no_more(
    app: Flask, cast: Cast, now: Clock, waiting: str
) -> None:
    away, answer = hands_over(cast, officer(cast, now), waiting, now), answers(cast, helper(cast), waiting, now, "Em")
    first, second = overlap(app, away, answer)
    assert (first, issubclass(second, Refused)) == (None, True)  # type: ignore[arg-type]
    assert (ticket(cast, waiting).desk, ticket(cast, waiting).state) == (Desk.POLICE, TicketState.WAITING)


def test_without_the_lock_its_numbered_history_lets_one_of_them_happen(
    app: Flask, cast: Cast, now: Clock, waiting: str
) -> None:
    away, answer = hands_over(cast, officer(cast, now), waiting, now), answers(cast, helper(cast), waiting, now, "Em")
    with unlocked(["ticket"]):
        assert overlap(app, away, answer) == (None, Conflict)


def test_the_clock_beside_an_answer_is_the_one_or_the_other(app: Flask, cast: Cast, now: Clock, waiting: str) -> None:
    number, answer = ticket(cast, waiting).id, answers(cast, helper(cast), waiting, now, "Em")
    now.move(days=3)

    def late(session: Session) -> bool:
        return escalate(session, number, clock=now)

    assert overlap(app, answer, late) == (None, False)
    kinds = [step.kind for step in ticket(cast, waiting).steps]
    assert kinds == [TicketStepKind.SENT, TicketStepKind.ANSWERED]


def test_a_story_is_not_put_up_while_its_people_take_their_word_back(app: Flask, cast: Cast, now: Clock) -> None:
    story = written(cast, now)
    agree(cast, story, now)
    facts = seen(cast, story)

    def withdraw(session: Session) -> None:
        withdraw_story_consent(session, Actor(person_id=cast.lan.person), cast.lan.business, story, clock=now)

    def put_up(session: Session) -> None:
        publish_story(session, Actor(person_id=cast.hung), cast.commune, story, facts, clock=now)

    first, second = overlap(app, withdraw, put_up)
    assert (first, issubclass(second, Refused)) == (None, True)  # type: ignore[arg-type]
    assert shown(cast) == []
