"""Questions about stored pictures: whose, whether anybody may see them, how many a stall keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from market.catalog.models import Photo, Product, StoredPicture
from market.catalog.queries.public import public_conditions
from market.sellers.models import Stall


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOwner:
    """Whose a picture is."""

    business_id: int
    commune_id: int


_SHOWN = (
    select(Photo.id)
    .join(Product, Product.id == Photo.product_id)
    .where(Photo.key == bindparam("key"), *public_conditions())
)
"""Built once: every picture of every page asks it."""


def is_public_picture(session: Session, key: str) -> bool:
    """Whether a listing that is public now shows the picture. One statement."""
    return session.connection().scalar(_SHOWN, {"key": key}) is not None


def first_public_picture(session: Session, product_id: int) -> Photo | None:
    """The first picture of a product that is public now; None for any other product."""
    query = select(Photo).join(Product, Product.id == Photo.product_id).where(Photo.product_id == product_id)
    return session.scalar(query.where(*public_conditions()).order_by(Photo.position, Photo.id).limit(1))


def owner_of_picture(session: Session, key: str) -> PictureOwner | None:
    """Whose a picture is, whether a listing shows it or not; None for a key that nothing was stored under."""
    stall_id = session.scalar(select(Photo.stall_id).where(Photo.key == key))
    if stall_id is None:
        stall_id = session.scalar(select(StoredPicture.stall_id).where(StoredPicture.key == key))
    if stall_id is None:
        return None
    stall = session.get_one(Stall, stall_id)
    return PictureOwner(business_id=stall.business_id, commune_id=stall.commune_id)


def oldest_and_newest_shown(session: Session, most: int) -> Sequence[str]:
    """The keys of so many of the first pictures that were stored and that a listing has now, and of the last."""
    has = select(Photo.id).where(Photo.key == StoredPicture.key).exists()
    kept = select(StoredPicture.key).where(StoredPicture.forgotten_at.is_(None), has).limit(most)
    ends = (StoredPicture.id, StoredPicture.id.desc())
    return sorted({key for end in ends for key in session.scalars(kept.order_by(end))})


def count_stored(session: Session, stall_id: int) -> int:
    """How many pictures a stall keeps in storage."""
    kept = select(func.count()).where(StoredPicture.stall_id == stall_id, StoredPicture.forgotten_at.is_(None))
    return session.scalars(kept).one()


def nth_newest_upload(session: Session, stall_id: int, number: int, *, since: datetime) -> datetime | None:
    """When the `number`-th newest upload of a stall came; None where there were fewer since then."""
    newest = select(StoredPicture.stored_at).where(StoredPicture.stall_id == stall_id, StoredPicture.stored_at > since)
    return session.scalar(newest.order_by(StoredPicture.stored_at.desc()).offset(number - 1).limit(1))
