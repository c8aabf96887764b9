"""Goods that were prepared before there was a stall: put up by one tap of their seller, or by her leave of before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.catalog.actions.listing import NewListing, list_product
from market.catalog.actions.uploads import forget_files
from market.catalog.rules import KeptPhoto
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers.actions.drafts import take_draft
from market.sellers.models import DraftedListing, ListingLeave, PrivatePicture
from market.sellers.queries import right_to, stall_of
from market.sellers.queries.drafts import drafts_of, is_old_draft, is_old_picture, stall_opened_since
from market.values.period import local_day
from market.values.text import first_of

MOST_NAMED = 5


def list_drafts(session: Session, actor: Actor, stall_id: int, *, now: datetime) -> Sequence[str]:
    """Put up at this stall all that the actor has prepared in its commune; each waits for the office as any new listing
    does. Returns their names. Idempotent: what was put up is prepared no more.

    NotFound where the stall is not theirs, Refused to a helper, whose own goods these would be.
    """
    person_id = actor.person_id or 0
    locked(session, Person, Person.id == person_id)
    stall = stall_of(session, stall_id)
    right = right_to(session, stall.business_id, person_id, local_day(now))
    if right is None:
        raise NotFound
    if right.mandate_id is not None:
        raise Refused("own_drafts", "Hàng soạn sẵn là của riêng từng người. Mời chủ gian tự đăng trên máy của mình.")
    drafts = drafts_of(session, stall.commune_id, person_id)
    for draft in drafts:
        new = _as_listing(draft, stall_id)
        take_draft(session, draft)
        list_product(session, actor, new, now=now)
    return [draft.name for draft in drafts]


def list_by_leave(session: Session, leave_id: int, *, now: datetime) -> Sequence[str]:
    """Put up what somebody has prepared, by the leave they gave, at the stall that the commune has opened for them
    since; returns the names. The leave is used up then. Idempotent: nothing without it.

    Refused as a tap of theirs would be, and then nothing was put up; NotFound where its giver is gone.
    """
    leave = session.get(ListingLeave, leave_id)
    if leave is None:
        return ()
    locked(session, Person, Person.id == leave.person_id)
    leave = session.get(ListingLeave, leave_id, populate_existing=True)
    stall_id = stall_opened_since(session, leave) if leave else None
    if leave is None or stall_id is None:
        return ()
    names = list_drafts(session, Actor(person_id=leave.person_id), stall_id, now=now)
    session.delete(leave)
    if names:
        _tell(session, stall_id, News.DRAFTS_LISTED, _listed_sentence(names), now=now)
    return names


def _listed_sentence(names: Sequence[str]) -> str:
    which = first_of(names, MOST_NAMED, "món")
    return f"Như bạn đã chọn, chợ đăng {len(names)} món bạn soạn sẵn: {which}. Xã xem xong thì khách mới thấy."


def end_leave(session: Session, leave_id: int, reason: str, *, now: datetime) -> None:
    """Forget a leave that could not be used, and tell its giver why: what is prepared waits for their tap. Idempotent;
    NotFound where its giver is gone."""
    leave = session.get(ListingLeave, leave_id)
    if leave is None:
        return
    locked(session, Person, Person.id == leave.person_id)
    leave = session.get(ListingLeave, leave_id, populate_existing=True)
    stall_id = stall_opened_since(session, leave) if leave else None
    session.execute(delete(ListingLeave).where(ListingLeave.id == leave_id))
    if stall_id is not None:
        sentence = f"Chợ chưa tự đăng được hàng bạn soạn sẵn: {reason} Hàng còn nguyên, mời bạn bấm Đăng bán."
        _tell(session, stall_id, News.DRAFTS_KEPT, sentence, now=now)


def _tell(session: Session, stall_id: int, news: News, sentence: str, *, now: datetime) -> None:
    stall = stall_of(session, stall_id)
    message = Message(
        commune_id=stall.commune_id,
        dedupe_key=news_key("stall", stall.id, news, now),
        kind=news,
        sentence=sentence,
        business_id=stall.business_id,
    )
    enqueue_notifications(session, [message], now=now)


def _as_listing(draft: DraftedListing, stall_id: int) -> NewListing:
    return NewListing(
        stall_id=stall_id,
        name=draft.name,
        unit=draft.unit,
        price=draft.price,
        photo=KeptPhoto(key=draft.photo_key, width=draft.photo_width, height=draft.photo_height),
        client_key=f"soan.{draft.photo_key}",
        description=draft.description,
        category_id=draft.category_id,
        on_hand=draft.on_hand,
        pack_amount=draft.pack_amount,
        pack_unit=draft.pack_unit,
    )


def forget_draft(session: Session, draft_id: int, *, now: datetime) -> bool:
    """Drop goods that nobody put up in half a year, and have their picture's files dropped. Idempotent; NotFound
    where its person is gone.
    """
    draft = session.get(DraftedListing, draft_id)
    if draft is None:
        return False
    locked(session, Person, Person.id == draft.person_id)
    draft = session.get(DraftedListing, draft_id, populate_existing=True)
    if draft is None or not is_old_draft(draft, now):
        return False
    take_draft(session, draft)
    forget_files(session, draft.photo_key)
    return True


def forget_private(session: Session, picture_id: int, *, now: datetime) -> bool:
    """Drop a private picture that has had its time, and have its files dropped. Idempotent; NotFound where its
    person is gone.
    """
    picture = session.get(PrivatePicture, picture_id)
    if picture is None:
        return False
    locked(session, Person, Person.id == picture.person_id)
    picture = session.get(PrivatePicture, picture_id, populate_existing=True)
    if picture is None or not is_old_picture(session, picture.id, now):
        return False
    session.delete(picture)
    forget_files(session, picture.key)
    return True
