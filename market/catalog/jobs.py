"""Work on pictures that waits: those that no listing has are forgotten."""

from market.base.db import reading
from market.base.jobs import Handler, Payload
from market.catalog import pictures
from market.catalog.actions.photos import FORGET_PHOTO
from market.catalog.queries.listing import photo_with_key


def forget_photo(payload: Payload) -> None:
    """Drop the files of a picture that no listing shows."""
    key = str(payload["key"])
    if photo_with_key(reading(), key) is None:
        pictures.forget(key)


HANDLERS: dict[str, Handler] = {FORGET_PHOTO: Handler(do=forget_photo)}
