"""Browsers that are told by push: who asked for what, on which browser, and until when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from market.base.db import Locked, lock_names, locked_all
from market.base.secrets import vault
from market.notices.models import ENDPOINT_DIGEST, EndedWhy, PushSubscription

MOST_OF_A_PERSON, MOST_OF_A_PURCHASE = 10, 5
"""Browsers told at once: a family's phones and a computer. One more ends the oldest."""

IS_LIVE = PushSubscription.ended_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What is told: all that a person hears at a commune's market while one login session of theirs lasts, or (a guest)
    one purchase."""

    commune_id: int
    person_id: int | None = None
    login_session_id: int | None = None
    purchase_id: int | None = None

    @property
    def subject(self) -> tuple[object, ...]:
        """Whose browsers are counted together."""
        return ("purchase", self.purchase_id) if self.purchase_id else ("person", self.person_id)

    @property
    def most(self) -> int:
        return MOST_OF_A_PURCHASE if self.purchase_id else MOST_OF_A_PERSON

    def is_told(self) -> ColumnElement[bool]:
        """The subscriptions of this very purchase, or login session."""
        if self.purchase_id:
            return PushSubscription.purchase_id == self.purchase_id
        return PushSubscription.login_session_id == self.login_session_id

    def is_counted(self) -> ColumnElement[bool]:
        if self.purchase_id:
            return PushSubscription.purchase_id == self.purchase_id
        return PushSubscription.person_id == self.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PushBrowser:
    """A browser as it subscribed: its random name here, the address its maker's push service gave it, its two keys in
    base64url, and the market's public key that it was given."""

    device: str
    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    server_key: str


def subscribe(session: Session, holder: Holder, browser: PushBrowser, *, now: datetime) -> None:
    """Tell this browser from now on. Idempotent: what it asked for before is replaced.

    A browser is told what one person hears: who asked on it before, signed in, is told there no more. Past the most
    of a holder the oldest ends.
    """
    lock_names(session, _names(browser, [holder]))
    _put(session, holder, browser, now)


def _names(browser: PushBrowser, holders: Iterable[Holder] = ()) -> list[tuple[object, ...]]:
    """What is locked before anything is read, in this order: the browser, its address, whose browsers are counted."""
    digest = vault().digest(ENDPOINT_DIGEST, browser.endpoint)
    return [("push 1", browser.device), ("push 2", digest), *(("push 3", *one.subject) for one in holders)]


def _put(session: Session, holder: Holder, browser: PushBrowser, now: datetime) -> None:
    for one in _at_endpoint(session, browser.endpoint):
        if one.row.purchase_id == holder.purchase_id:
            _end(one, EndedWhy.REPLACED, now)
    counted = locked_all(session, PushSubscription, IS_LIVE, holder.is_counted())
    for one in counted[: max(0, len(counted) - holder.most + 1)]:
        _end(one, EndedWhy.TOO_MANY, now)
    session.flush()  # an end is written before what comes in its place
    session.add(
        PushSubscription(
            commune_id=holder.commune_id,
            person_id=holder.person_id,
            login_session_id=holder.login_session_id,
            purchase_id=holder.purchase_id,
            device=browser.device,
            endpoint_cipher=vault().encrypt(browser.endpoint),
            endpoint_digest=vault().digest(ENDPOINT_DIGEST, browser.endpoint),
            p256dh_cipher=vault().encrypt(browser.p256dh),
            auth_cipher=vault().encrypt(browser.auth),
            server_key=browser.server_key,
            created_at=now,
        )
    )
    session.flush()


def _at_endpoint(session: Session, endpoint: str) -> Sequence[Locked[PushSubscription]]:
    digests = vault().digests(ENDPOINT_DIGEST, endpoint)
    return locked_all(session, PushSubscription, IS_LIVE, PushSubscription.endpoint_digest.in_(digests))


def _end(one: Locked[PushSubscription], why: EndedWhy, now: datetime) -> None:
    one.row.ended_at, one.row.ended_why = now, why


def unsubscribe(session: Session, holder: Holder, device: str, *, now: datetime) -> bool:
    """Tell this browser nothing more of this; returns whether it is still told of something else."""
    lock_names(session, [("push 1", device)])
    here = PushSubscription.device == device
    for one in locked_all(session, PushSubscription, IS_LIVE, here, holder.is_told()):
        _end(one, EndedWhy.STOPPED, now)
    session.flush()
    return session.scalars(select(PushSubscription.id).where(IS_LIVE, here).limit(1)).first() is not None


def move(session: Session, login_session_id: int | None, browser: PushBrowser, *, now: datetime) -> int:
    """The browser has another address by now: it is told there what it asked for, a person's only in the login session
    of now. Returns of how many it is told."""
    lock_names(session, _names(browser))
    here = IS_LIVE, PushSubscription.device == browser.device
    asked = session.scalars(select(PushSubscription).where(*here).order_by(PushSubscription.id)).all()
    holders = [_holder_of(one) for one in asked if one.login_session_id in (None, login_session_id)]
    lock_names(session, _names(browser, holders))
    moved = 0
    for holder in holders:
        for one in locked_all(session, PushSubscription, *here, holder.is_told())[:1]:
            _end(one, EndedWhy.REPLACED, now)
            _put(session, holder, browser, now)
            moved += 1
    return moved


def _holder_of(row: PushSubscription) -> Holder:
    return Holder(
        commune_id=row.commune_id,
        person_id=row.person_id,
        login_session_id=row.login_session_id,
        purchase_id=row.purchase_id,
    )


def is_subscribed(session: Session, holder: Holder, device: str) -> bool:
    """Whether this browser is told of this."""
    query = select(PushSubscription.id).where(IS_LIVE, PushSubscription.device == device, holder.is_told())
    return session.scalars(query.limit(1)).first() is not None


def end_subscriptions(session: Session, ids: Collection[int], why: EndedWhy, *, now: datetime) -> None:
    """What the push services or the market's key say: these are told no more."""
    ended = update(PushSubscription).where(PushSubscription.id.in_(ids), IS_LIVE)
    session.execute(ended.values(ended_at=now, ended_why=why))


def note_carried(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Their push services took a message at this moment."""
    session.execute(update(PushSubscription).where(PushSubscription.id.in_(ids)).values(last_ok_at=now))


def with_ids(session: Session, ids: Collection[int]) -> Sequence[PushSubscription]:
    query = select(PushSubscription).where(PushSubscription.id.in_(ids), IS_LIVE)
    return session.scalars(query.order_by(PushSubscription.id.desc())).all()
