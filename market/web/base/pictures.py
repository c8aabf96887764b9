"""Answers with a picture: to everybody while a listing shows it, else only to those who may look at it still."""

from collections.abc import Callable
from datetime import date

from flask import Response, request

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound
from market.catalog.queries.pictures import is_public_picture, owner_of_picture
from market.sellers.models import PicturePurpose, PrivatePicture
from market.sellers.queries import is_officer, right_to
from market.sellers.queries.drafts import picture_with_key
from market.values.period import local_day
from market.web.base.caching import NOBODY
from market.web.base.web import require_second_factor, signed_in_id

PUBLIC_SECONDS = 3600
"""How long a browser or a cache shows a picture without asking, and so how long one that was taken down may still be
seen where it was seen before. A visit to the market is shorter; after it a picture costs an answer without a body."""
SHARED_SECONDS = 10
"""How long a cache that many share gives it to everybody who asks, before it asks here again: one that was taken down
is gone from it by then. A page of 24 cards, opened by a hundred people in these seconds, asks for 24 pictures once."""


def picture_answer(key: str, mimetype: str, load: Callable[[], bytes]) -> Response:
    """The picture for the person who asks, to be kept where it is everybody's; NotFound where it is not theirs to see.

    What lies under a key never changes, so that a browser that has it costs one statement and no look into storage.
    """
    if is_public_picture(reading(), key):
        return _public(key, mimetype, load)
    _refuse_strangers(key)
    return Response(load(), mimetype=mimetype, headers={"Cache-Control": NOBODY})


def _public(key: str, mimetype: str, load: Callable[[], bytes]) -> Response:
    is_known = request.if_none_match.contains(key)
    response = Response(status=304) if is_known else Response(load(), mimetype=mimetype)
    response.set_etag(key)
    return response


def _refuse_strangers(key: str) -> None:
    """NotFound but for the people of the picture's stall, who see it in their own pages, and for its commune's office,
    which decides on it; of a private picture, for the person who sent it."""
    person_id, today = signed_in_id(), local_day(clock.now())
    if person_id is None:
        raise NotFound
    if private := picture_with_key(reading(), key):
        return _refuse_but_its_own(private, person_id, today)
    owner = owner_of_picture(reading(), key)
    if owner is None:
        raise NotFound
    is_own = right_to(reading(), owner.business_id, person_id, today)
    if not is_own:
        if not is_officer(reading(), owner.commune_id, person_id, today):
            raise NotFound
        require_second_factor()
    return None


def _refuse_but_its_own(private: PrivatePicture, person_id: int, today: date) -> None:
    """NotFound but for the person who sent it; a paper the office of their commune sees too, once its officer has given
    the second factor."""
    if private.person_id == person_id:
        return
    if private.purpose is not PicturePurpose.PAPER or not is_officer(reading(), private.commune_id, person_id, today):
        raise NotFound
    require_second_factor()
