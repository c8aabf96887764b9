"""Questions about the outbox: what a person has not seen yet."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from market.notices.models import Notice
from market.notices.ports import Addressee
from market.notices.rules import News

AT_ONCE = 10


def unseen_news(business_id: int | None, person_id: int) -> ColumnElement[bool]:
    """The office's answers to a business's people, and to one person, that nobody has said were seen."""
    to_whom = Notice.person_id == person_id
    if business_id is not None:
        to_whom = or_(to_whom, Notice.business_id == business_id)
    return to_whom & Notice.seen_at.is_(None) & Notice.kind.in_([news.value for news in News])


def news_of(session: Session, person_id: int, business_id: int | None = None) -> Sequence[Notice]:
    """The office's answers not yet seen, oldest first, a handful at once."""
    query = select(Notice).where(unseen_news(business_id, person_id))
    return session.scalars(query.order_by(Notice.id).limit(AT_ONCE)).all()


def notice_with_id(session: Session, notice_id: int) -> Notice | None:
    return session.get(Notice, notice_id)


def addressee_of(notice: Notice) -> Addressee:
    return Addressee(
        business_id=notice.business_id,
        person_id=notice.person_id,
        order_id=notice.order_id,
        purchase_id=notice.purchase_id,
    )
