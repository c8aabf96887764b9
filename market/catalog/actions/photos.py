"""A listing's pictures: one more, one less, another one first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.base.jobs import enqueue
from market.catalog.actions.changes import ask_for_photo
from market.catalog.actions.history import note
from market.catalog.actions.listing import VariantRef, new_photo
from market.catalog.actions.locking import stall_listing, stall_product
from market.catalog.actions.uploads import forget_later, take_picture
from market.catalog.models import Photo, Product
from market.catalog.queries import listing as queries
from market.catalog.queries.changes import photos_waiting
from market.catalog.rules import KeptPhoto

MOST_PHOTOS = 8
REMOVED_FOR = timedelta(days=366)
"""What stood in a listing is kept for a year, although nobody sees it any more (e-commerce law 122/2025, 16-17)."""
DROP_PICTURES = "drop_pictures"
COMPLAINT_FOR = timedelta(days=90)
"""So long may a decision be complained of (law on complaints 02/2011, 9): until then a take-down can be undone."""


def add_photo(
    session: Session, actor: Actor, which: VariantRef, photo: KeptPhoto, *, client_key: str | None = None, clock: Clock
) -> None:
    """Add a picture at the end. The same one twice, or the same `client_key`, is one. On an approved listing it waits
    until an officer has looked.

    NotFound where the listing is another stall's; Refused where another listing has the picture or there are too many;
    SentOtherwise where the key has added another picture.
    """
    listing = stall_listing(session, which.stall_id, which.product_id)
    product, now = listing.product.row, clock()
    photos, waiting = queries.photos_of(session, product.id), photos_waiting(session, product)
    if photo.key in [*(one.key for one in photos), *(one.key for one in waiting)]:
        return
    content = ("photo", product.id, photo.digest)
    sent = SentForm(key=client_key, content=content, told=f"một ảnh của {product.name}")
    if used_before(session, f"stall:{which.stall_id}", sent, now=now):
        return
    take_picture(session, which.stall_id, photo, now=now)
    if len(photos) + len(waiting) >= MOST_PHOTOS:
        raise Refused("too_many_photos", f"Món này đã có {MOST_PHOTOS} ảnh. Mời bỏ bớt một ảnh rồi thêm ảnh mới.")
    if product.is_approved:
        ask_for_photo(session, actor, listing, photo, now=now)
    else:
        position = photos[-1].position + 1 if photos else 0
        session.add(new_photo(product, photo, position, now=now))
        product.updated_at = now
    note(session, actor, "add_photo", product, "photos", now=now)


def remove_photo(session: Session, actor: Actor, which: VariantRef, photo_id: int, *, now: datetime) -> None:
    """Take a picture off the listing; its files are kept for a year. Idempotent.

    Refused for the last one, NotFound for another's.
    """
    product = stall_product(session, which.stall_id, which.product_id).row
    if drop_photo(session, product, photo_id, last=LAST_PHOTO, now=now):
        note(session, actor, "remove_photo", product, "photos", now=now)


LAST_PHOTO = "Món cần ít nhất một ảnh. Mời thêm ảnh mới trước, rồi bỏ ảnh này."


def drop_photo(session: Session, product: Product, photo_id: int, *, last: str, now: datetime) -> bool:
    """Take a picture off a product that is locked; whether it stood there. Its files are kept for a year. Refused with
    the sentence `last` for the last one, NotFound for another product's."""
    if session.get(Photo, photo_id) is None:
        return False
    photos = queries.photos_of(session, product.id)
    photo = _one_of(photos, photo_id)
    if len(photos) == 1:
        raise Refused("last_photo", last)
    forget_later(session, photo.key, product.id, after=REMOVED_FOR, now=now)
    session.delete(photo)
    return True


def drop_pictures_later(session: Session, product: Product) -> None:
    """Have the pictures of a listing that was just taken down dropped, unless it is decided on anew by then."""
    decided = product.decided_at.isoformat() if product.decided_at else None
    enqueue(session, DROP_PICTURES, {"product_id": product.id, "decided_at": decided}, after=COMPLAINT_FOR)


def drop_pictures(session: Session, product_id: int, decided_at: datetime, *, clock: Clock) -> None:
    """Take the pictures off a listing that has been taken down since this decision, and have their files forgotten.
    Idempotent; nothing where it was sent to the office again. A picture that another listing has taken stays its;
    NotFound for no such listing."""
    product = locked(session, Product, Product.id == product_id).row
    photos = queries.photos_of(session, product.id)
    if not product.is_taken_down or product.decided_at != decided_at or not photos:
        return
    now = clock()
    for photo in sorted(photos, key=lambda one: one.id):
        forget_later(session, photo.key, product.id, after=timedelta(), now=now)
        session.delete(photo)
    note(session, GUEST, "drop_pictures", product, "photos", now=now)


def put_photo_first(session: Session, actor: Actor, which: VariantRef, photo_id: int, *, now: datetime) -> None:
    """Let this picture be the one on the listing's card. Idempotent; NotFound for another's."""
    product = stall_product(session, which.stall_id, which.product_id).row
    photos = queries.photos_of(session, product.id)
    first = _one_of(photos, photo_id)
    if photos[0] is first:
        return
    _put_in_order([first, *(photo for photo in photos if photo is not first)])
    note(session, actor, "put_photo_first", product, "photos", now=now)


def _put_in_order(photos: list[Photo]) -> None:
    for position, photo in enumerate(photos):
        photo.position = position


def _one_of(photos: Sequence[Photo], photo_id: int) -> Photo:
    found = next((photo for photo in photos if photo.id == photo_id), None)
    if found is None:
        raise NotFound
    return found
