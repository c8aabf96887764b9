"""Questions about the city's officers: who sees the communes of which province side by side."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.sellers.models import CityPost


def city_posts_of(session: Session, person_id: int, today: date) -> Sequence[CityPost]:
    """The posts above the communes that a person holds today, the oldest first."""
    held = CityPost.starts_on <= today, or_(CityPost.ends_on.is_(None), CityPost.ends_on >= today)
    return session.scalars(select(CityPost).where(CityPost.person_id == person_id, *held).order_by(CityPost.id)).all()
