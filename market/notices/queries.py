"""Questions about the outbox: what a person has not seen yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from market.notices.models import Notice
from market.notices.ports import Addressee
from market.notices.rules import News

AT_ONCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsReader:
    """A person at a commune's market, who reads what its office says to them, and to the people of a business too."""

    commune_id: int
    person_id: int
    business_id: int | None = None


def unseen_news(reader: NewsReader) -> ColumnElement[bool]:
    """The office's answers that nobody has said were seen. Another commune's are read at its own market, where their
    links lead."""
    to_whom = Notice.person_id == reader.person_id
    if reader.business_id is not None:
        to_whom = or_(to_whom, Notice.business_id == reader.business_id)
    here = Notice.commune_id == reader.commune_id
    return to_whom & here & Notice.seen_at.is_(None) & Notice.kind.in_([news.value for news in News])


def news_of(session: Session, reader: NewsReader) -> Sequence[Notice]:
    """The office's answers not yet seen, oldest first, a handful at once."""
    query = select(Notice).where(unseen_news(reader))
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
