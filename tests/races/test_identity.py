"""A seller's link changes while goods go up, and two presses of one button come at once."""

from flask import Flask
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import Refused
from market.catalog.actions.listing import NewListing, list_product
from market.catalog.rules import KeptPhoto
from market.sellers.actions.identity import ask_link, keep_answer
from market.sellers.identity.stand_in import StandIn, yes
from market.sellers.ports import IdentityAnswer, IdentityOutcome
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.races.overlap import Move, overlap
from tests.sellers.linking import begun, link, pass_the_law, stand_in, standing, states

__all__ = ["stand_in"]


def putting_up(cast: Cast, now: Clock) -> Move:
    photo = KeptPhoto(key="k", width=8, height=6)
    new = NewListing(stall_id=cast.lan.stall, name="Bầu sao", unit="qua", price=Dong(9000), photo=photo)
    return lambda session: list_product(session, Actor(person_id=cast.lan.person), new, now=now()) > 0


def answering(answer: IdentityAnswer, now: Clock) -> Move:
    def move(session: Session) -> object:
        return keep_answer(session, "gia-lap", answer, clock=now).value

    return move


def test_goods_wait_for_an_answer_that_ends_the_link(app: Flask, cast: Cast, now: Clock, stand_in: StandIn) -> None:
    pass_the_law()
    attempt = link(cast.lan)
    ends = IdentityAnswer(attempt=attempt, reference=f"GL-{attempt}", outcome=IdentityOutcome.REVOKED, told_at=now())
    assert overlap(app, answering(ends, now), putting_up(cast, now)) == ("thu_hoi", Refused)


def test_two_presses_at_once_are_one_attempt_and_two_calls_one_answer(
    app: Flask, cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    def asking(session: Session) -> object:
        return ask_link(session, Actor(person_id=cast.lan.person), cast.lan.business, "gia-lap", clock=now)

    first, second = overlap(app, asking, asking)
    assert first == second
    answer = yes(str(first), told_at=now())
    assert set(overlap(app, answering(answer, now), answering(answer, now))) == {"da_xac_thuc_dien_tu"}
    assert len(states()) == 2


def test_of_two_accounts_that_one_identity_says_yes_to_at_once_one_is_linked(
    app: Flask, cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    yeses = [yes(begun(one, stand_in), told_at=now(), subject="mot-nguoi") for one in (cast.lan, cast.tu)]
    assert overlap(app, *(answering(one, now) for one in yeses)) == ("da_xac_thuc_dien_tu", "loi")
    assert [standing(one).is_linked for one in (cast.lan, cast.tu)] == [True, False]
