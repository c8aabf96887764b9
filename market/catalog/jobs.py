"""Work on pictures that waits: those that no listing has are forgotten, those of goods taken down dropped."""

from datetime import datetime

from market.base import clock
from market.base.db import transaction
from market.base.jobs import Handler, Payload
from market.catalog import pictures
from market.catalog.actions import photos
from market.catalog.actions.photos import DROP_PICTURES
from market.catalog.actions.uploads import FORGET_PHOTO, forget_unless_taken


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
