"""Questions about devices: where the people who hold posts or mandates have signed in."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession
from market.sellers.models import Mandate, Post


def is_staff(session: Session, person_id: int) -> bool:
    """Whether a person holds or has ever held a post, or was ever given a mandate."""
    held, given = exists().where(Post.person_id == person_id), exists().where(Mandate.helper_id == person_id)
    return bool(session.scalar(select(or_(held, given))))


def is_staff_device(session: Session, visitor: str, person_id: int) -> bool:
    """Whether an officer or helper, of whenever and of whichever commune, has ever signed in on a device (signed in
    still or not): what is done there may be done by them, not by this person, who may hold a post too."""
    return visitor in staff_devices(session, [visitor], person_id)


def staff_devices(session: Session, visitors: Collection[str], person_id: int) -> set[str]:
    """Those of these devices on which an officer or helper other than this person has ever signed in."""
    query = select(LoginSession.visitor).where(
        LoginSession.visitor.in_(visitors), LoginSession.person_id != person_id, _is_staff()
    )
    return {visitor for visitor in session.scalars(query.distinct()) if visitor is not None}


def _is_staff() -> ColumnElement[bool]:
    """Login sessions of a person who holds or has held a post, or to whom a business has given a mandate."""
    in_post = exists().where(Post.person_id == LoginSession.person_id)
    return or_(in_post, exists().where(Mandate.helper_id == LoginSession.person_id))
