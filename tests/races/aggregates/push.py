"""A browser that is told by push, where there is room for one more: asked for, moved, turned off, gone."""

from collections.abc import Callable
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.notices import subscriptions
from market.notices.models import EndedWhy, PushSubscription
from market.notices.subscriptions import IS_LIVE, MOST_OF_A_PERSON, Holder
from tests import factories as make
from tests.cast import Cast
from tests.pushing import browser_of
from tests.races.aggregates.people import make_person
from tests.races.harness import Aggregate, Move, running_now, writing
from tests.services.push import Phone

_numbers = count(1)


def browsers(cast: Cast) -> Aggregate:
    """A person with as many browsers as they may have but one; `at` is the subscription of the last of them."""
    moves: dict[str, Move] = {
        "ask": _ask("new"),
        "ask on another": _ask("other"),
        "ask again": _ask("last"),
        "move": writing(lambda session, at: _to(session, at, _move)),
        "turn off": writing(lambda session, at: _to(session, at, _turn_off)),
        "gone": writing(lambda session, at: _gone(session, at)),
        "carried": writing(lambda session, at: subscriptions.note_carried(session, [at], now=running_now())),
    }
    spare = {"push_subscription": "a browser, its address and whose browsers are counted are locked by name before"}
    return Aggregate(start=lambda: _start(cast), moves=moves, picture=_picture, tables=["name"], spare=spare)


def _start(cast: Cast) -> int:
    with transaction() as session:
        person = make_person(session, cast)
        login = make.own_word(session, person.id, running_now()).login_id
        holder = Holder(commune_id=cast.commune, person_id=person.id, login_session_id=login)
        for number in range(1, MOST_OF_A_PERSON - 1):
            session.add(_row(holder, str(number)))
        session.flush()
        subscriptions.subscribe(session, holder, browser_of(_phone(person.id, "last"), "last"), now=running_now())
        newest = select(func.max(PushSubscription.id)).where(PushSubscription.person_id == person.id)
        return session.scalars(newest).one()


def _row(holder: Holder, name: str) -> PushSubscription:
    said = dict.fromkeys(("endpoint_cipher", "p256dh_cipher", "auth_cipher", "server_key", "device"), name)
    whose = {"person_id": holder.person_id, "login_session_id": holder.login_session_id}
    digest = f"{holder.person_id}-{name}"
    at = {"commune_id": holder.commune_id, "created_at": running_now()}
    return PushSubscription(endpoint_digest=digest, **said, **whose, **at)


def _phone(person_id: int, name: str) -> Phone:
    return Phone(endpoint=f"https://fcm.googleapis.com/{person_id}/{name}")


def _holder(session: Session, at: int) -> Holder:
    row = session.get_one(PushSubscription, at)
    return Holder(commune_id=row.commune_id, person_id=row.person_id, login_session_id=row.login_session_id)


def _ask(name: str) -> Move:
    def ask(session: Session, at: int) -> None:
        holder = _holder(session, at)
        subscriptions.subscribe(
            session, holder, browser_of(_phone(holder.person_id or 0, name), name), now=running_now()
        )

    return writing(ask)


def _to(session: Session, at: int, act: Callable[[Session, Holder], object]) -> object:
    return act(session, _holder(session, at))


def _move(session: Session, holder: Holder) -> int:
    browser = browser_of(_phone(holder.person_id or 0, "moved"), "last")
    return subscriptions.move(session, holder.login_session_id, browser, now=running_now())


def _turn_off(session: Session, holder: Holder) -> bool:
    return subscriptions.unsubscribe(session, holder, "last", now=running_now())


def _gone(session: Session, at: int) -> None:
    subscriptions.end_subscriptions(session, [at], EndedWhy.GONE, now=running_now())


def _picture(session: Session, at: int) -> object:
    person = session.get_one(PushSubscription, at).person_id
    live = select(PushSubscription.device).where(IS_LIVE, PushSubscription.person_id == person)
    ended = select(PushSubscription.ended_why, func.count()).where(PushSubscription.person_id == person, ~IS_LIVE)
    counted = sorted(tuple(row) for row in session.execute(ended.group_by(PushSubscription.ended_why)))
    return sorted(session.scalars(live)), counted
