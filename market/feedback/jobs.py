"""What comes round for tickets: their clocks, and pictures that have had their time."""

from datetime import datetime, timedelta

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.base.jobs import Handler, Payload, PeriodicTask
from market.catalog import pictures
from market.feedback.actions.tickets import FORGET_PICTURE, escalate, forget_photo, is_picture_used
from market.feedback.queries.tickets import photos_to_forget, tickets_due


def escalate_tickets(now: datetime) -> int:
    """Bring up what was not answered in time; of how many."""
    with Batch("escalate tickets") as batch:
        return batch.each(tickets_due(reading(), now), _escalate)


def _escalate(ticket_id: int) -> bool:
    with transaction() as session:
        return escalate(session, ticket_id, clock=clock.now)


def forget_picture(payload: Payload) -> None:
    """Drop the files of a picture that no ticket has."""
    key = str(payload["key"])
    if not is_picture_used(reading(), key):
        pictures.forget(key)


def forget_ticket_photos(now: datetime) -> int:
    """Forget the pictures of tickets that were answered long ago; of how many."""
    with Batch("forget ticket photos") as batch:
        return batch.each(photos_to_forget(reading(), now), _forget_photo)


def _forget_photo(photo_id: int) -> bool:
    with transaction() as session:
        return forget_photo(session, photo_id)


HANDLERS: dict[str, Handler] = {FORGET_PICTURE: Handler(do=forget_picture)}
FORGET_TICKET_PHOTOS = PeriodicTask(name="forget ticket photos", every=timedelta(hours=6), do=forget_ticket_photos)
PERIODIC_TASKS: tuple[PeriodicTask, ...] = (
    PeriodicTask(name="escalate tickets", every=timedelta(minutes=5), do=escalate_tickets),
    FORGET_TICKET_PHOTOS,
)
