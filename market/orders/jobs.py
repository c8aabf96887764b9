"""What comes round for orders: stalls are reminded to answer; the network that one came from, and the pictures of goods
that were not right, are forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from market.base import clock
from market.base.batch import Batch, change_old
from market.base.db import reading, transaction
from market.base.jobs import Handler, Payload, PeriodicTask
from market.catalog import pictures
from market.orders.actions.complaints import FORGET_PICTURE, forget_photo, is_picture_used
from market.orders.actions.reminding import remind_to_answer
from market.orders.models import Contact, Purchase
from market.orders.queries.complaints import photos_to_forget
from market.orders.queries.reminders import orders_to_remind
from market.orders.rules.complaints import PICTURES_KEPT

NETWORKS_KEPT = timedelta(days=30)
"""For longer than any order holds goods without money: a stall's answer, then 14 days at most."""


def remind_stalls(now: datetime) -> int:
    """Remind stalls of the orders that have waited for half of their answer time; of how many."""
    with Batch("remind stalls") as batch:
        return batch.each(orders_to_remind(reading(), now=now), _remind)


def _remind(order_id: int) -> bool:
    with transaction() as session:
        return remind_to_answer(session, order_id, clock=clock.now)


def forget_networks(now: datetime) -> None:
    """Forget where orders came from of which none can hold goods without money any more."""
    bought = select(Purchase.id).where(Purchase.contact_id == Contact.id, Purchase.placed_at <= now - NETWORKS_KEPT)
    is_old = Contact.network.is_not(None) & bought.correlate(Contact).exists()
    change_old(update(Contact).values(network=None), Contact.id, is_old)


def forget_picture(payload: Payload) -> None:
    """Drop the files of a picture that no complaint has."""
    key = str(payload["key"])
    if not is_picture_used(reading(), key):
        pictures.forget(key)


def forget_complaint_photos(now: datetime) -> int:
    """Forget the pictures of complaints that were over long ago, or whose buyer is forgotten; returns how many."""
    with Batch("forget complaint photos") as batch:
        return batch.each(photos_to_forget(reading(), now, PICTURES_KEPT), _forget_photo)


def _forget_photo(photo_id: int) -> bool:
    with transaction() as session:
        return forget_photo(session, photo_id)


HANDLERS: dict[str, Handler] = {FORGET_PICTURE: Handler(do=forget_picture)}
FORGET_COMPLAINT_PHOTOS = PeriodicTask(
    name="forget complaint photos", every=timedelta(hours=6), do=forget_complaint_photos
)
FORGET_NETWORKS = PeriodicTask(name="forget networks", every=timedelta(days=1), do=forget_networks)
REMIND_STALLS = PeriodicTask(name="remind stalls", every=timedelta(minutes=1), do=remind_stalls)
