"""Work on pictures that waits: those that no listing has are forgotten, those of goods taken down dropped. What comes
round: the search learns what changed of stalls, their places and their papers."""

from collections.abc import Callable
from datetime import datetime, timedelta

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.jobs import Handler, Payload, PeriodicTask
from market.catalog import pictures
from market.catalog.actions import photos
from market.catalog.actions.drafts import end_leave, forget_draft, forget_private, list_by_leave
from market.catalog.actions.photos import DROP_PICTURES
from market.catalog.actions.search import reindex
from market.catalog.actions.uploads import FORGET_PHOTO, forget_unless_taken
from market.catalog.queries.words import goods_told_of_lately
from market.sellers.queries.drafts import leaves_due, old_drafts, old_pictures

AT_ONCE = 500


def forget_photo(payload: Payload) -> None:
    """Drop the files of a picture that no listing shows."""
    key = str(payload["key"])
    with transaction() as session:
        is_given_up = forget_unless_taken(session, key, clock=clock.now)
    if is_given_up:
        pictures.forget(key)


def drop_pictures(payload: Payload) -> None:
    """Drop the pictures of a listing that the office took down long ago."""
    decided_at = datetime.fromisoformat(str(payload["decided_at"]))
    with transaction() as session:
        photos.drop_pictures(session, int(payload["product_id"] or 0), decided_at, clock=clock.now)


HANDLERS: dict[str, Handler] = {
    FORGET_PHOTO: Handler(do=forget_photo),
    DROP_PICTURES: Handler(do=drop_pictures),
}


def keep_search(now: datetime) -> int:
    """Let the search know the goods of stalls of which something changed lately; returns of how many."""
    with Batch("keep the search") as batch:
        return batch.each(goods_told_of_lately(reading(), now), _reindex)


def _reindex(product_id: int) -> bool:
    with transaction() as session:
        reindex(session, product_id)
    return True


def forget_drafts(now: datetime) -> int:
    """Forget what was prepared for a stall that never came, and papers that were answered; returns how many."""
    with Batch("forget drafts") as batch:
        goods = batch.each(old_drafts(reading(), now, most=AT_ONCE), lambda one: _forgotten(forget_draft, one, now))
        papers = batch.each(
            old_pictures(reading(), now, most=AT_ONCE), lambda one: _forgotten(forget_private, one, now)
        )
    return goods + papers


def _forgotten(forget: Callable[..., bool], number: int, now: datetime) -> bool:
    with transaction() as session:
        return forget(session, number, now=now)


def list_drafts_by_leave(now: datetime) -> int:
    """Put up what was prepared by whom the commune has verified since, where they gave leave; returns of how many."""
    with Batch("list drafts") as batch:
        return batch.each(leaves_due(reading(), most=AT_ONCE), lambda one: _listed(one, now))


def _listed(leave_id: int, now: datetime) -> bool:
    """Refused once, it waits for its seller's own tap, and she reads why."""
    try:
        with transaction() as session:
            return bool(list_by_leave(session, leave_id, now=now))
    except Refused as refused:
        with transaction() as session:
            end_leave(session, leave_id, refused.sentence, now=now)
        return False


PERIODIC_TASKS = (
    PeriodicTask(name="list drafts", every=timedelta(minutes=2), do=list_drafts_by_leave),
    PeriodicTask(name="keep the search", every=timedelta(minutes=1), do=keep_search),
    PeriodicTask(name="forget drafts", every=timedelta(hours=6), do=forget_drafts),
)
