"""What stands on a hamlet, and would go with it where it is merged into another."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from market.base.seen import Facts
from market.places.models import Hamlet, PickupPoint
from market.sellers.models import Business, BusinessProposal, Post, PostRole

OF_HAMLET = (PostRole.HELPER, PostRole.KEEPER)
"""The roles that are of one hamlet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletLoad:
    """How many of each kind stand on a hamlet."""

    businesses: int
    proposals: int
    posts: int
    points: int


def hamlet_load(session: Session, hamlet: Hamlet, today: date) -> HamletLoad:
    commune_id = hamlet.commune_id
    held = or_(Post.ends_on.is_(None), Post.ends_on >= today)
    counts = (
        select(func.count(Business.id)).where(Business.commune_id == commune_id, Business.hamlet_id == hamlet.id),
        select(func.count(BusinessProposal.id)).where(
            BusinessProposal.commune_id == commune_id,
            BusinessProposal.is_waiting,
            BusinessProposal.hamlet_id == hamlet.id,
        ),
        select(func.count(Post.id)).where(
            Post.commune_id == commune_id, Post.role.in_(OF_HAMLET), Post.hamlet_id == hamlet.id, held
        ),
        select(func.count(PickupPoint.id)).where(PickupPoint.hamlet_id == hamlet.id),
    )
    businesses, proposals, posts, points = session.execute(select(*(one.scalar_subquery() for one in counts))).one()
    return HamletLoad(businesses=businesses, proposals=proposals, posts=posts, points=points)


def merge_facts(hamlet: Hamlet, into: Hamlet, load: HamletLoad) -> Facts:
    """What an officer is shown who merges a hamlet into another."""
    return {
        "thôn thôi dùng": hamlet.name,
        "gộp vào": into.name,
        "số cơ sở": str(load.businesses),
        "đề nghị chờ ghi sổ": str(load.proposals),
        "người phụ trách": str(load.posts),
        "điểm nhận hàng": str(load.points),
    }
