"""Pictures of a stall, two pieces of work at once: sent, taken by a listing, given up."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Refused, TooManyTries
from market.catalog.actions import moderation, photos
from market.catalog.actions.listing import ListingChange, VariantRef, change_listing
from market.catalog.actions.uploads import UNUSED_FOR, UploadQuota, forget_unless_taken, reserve_upload
from market.catalog.models import ProductState
from market.catalog.queries.listing import photos_of
from market.catalog.rules import KeptPhoto
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap

ONE = UploadQuota(kept=5, a_day=1)


def sending(cast: Cast, now: Clock) -> Move:
    return lambda session: reserve_upload(session, cast.lan.stall, ONE, clock=now)


def test_of_two_sent_at_once_the_second_is_one_too_many(app: Flask, cast: Cast, now: Clock) -> None:
    first, second = overlap(app, sending(cast, now), sending(cast, now))
    assert isinstance(first, str)
    assert second is TooManyTries


def test_without_the_stall_s_lock_both_would_be_taken(app: Flask, cast: Cast, now: Clock) -> None:
    with unlocked(["stall"]):
        assert all(isinstance(one, str) for one in overlap(app, sending(cast, now), sending(cast, now)))


@pytest.fixture
def overdue(cast: Cast, now: Clock) -> KeptPhoto:
    """A picture that no listing took in its week."""
    with transaction() as session:
        key = reserve_upload(session, cast.lan.stall, ONE, clock=now)
    now.move(days=UNUSED_FOR.days + 1)
    return KeptPhoto(key=key, width=400, height=300)


def taking(cast: Cast, photo: KeptPhoto, now: Clock) -> Move:
    here = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    return lambda session: photos.add_photo(session, Actor(person_id=cast.lan.person), here, photo, clock=now)


def giving_up(photo: KeptPhoto, now: Clock) -> Move:
    return lambda session: forget_unless_taken(session, photo.key, clock=now)


def test_a_picture_that_a_listing_takes_meanwhile_is_not_given_up(
    app: Flask, cast: Cast, now: Clock, overdue: KeptPhoto
) -> None:
    assert overlap(app, taking(cast, overdue, now), giving_up(overdue, now)) == (None, False)


def test_a_picture_that_is_given_up_meanwhile_is_not_taken(
    app: Flask, cast: Cast, now: Clock, overdue: KeptPhoto
) -> None:
    assert overlap(app, giving_up(overdue, now), taking(cast, overdue, now)) == (True, Refused)


def test_pictures_are_not_dropped_of_what_is_sent_again_meanwhile(app: Flask, cast: Cast, now: Clock) -> None:
    product_id, decided_at = shelf.product_id(cast.dau_xanh), now()
    with transaction() as session:
        moderation.take_down_product(
            session, Actor(person_id=cast.hung), cast.commune, product_id, "Hàng giả", clock=now
        )
    which = VariantRef(stall_id=cast.lan.stall, product_id=product_id)
    new = ListingChange(name="Đậu", description="", category_id=None, seen=shelf.edit_seen(product_id))

    def send_again(session: Session) -> object:
        return change_listing(session, Actor(person_id=cast.lan.person), which, new, now=now())

    def drop(session: Session) -> object:
        photos.drop_pictures(session, product_id, decided_at, clock=now)
        return len(photos_of(session, product_id))

    assert overlap(app, send_again, drop) == (ProductState.PENDING, 1)
