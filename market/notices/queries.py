"""Questions about the outbox: what a person has not seen yet."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, select, union_all
from sqlalchemy.orm import Session

from market.base.db import said
from market.notices.models import Notice
from market.notices.ports import Addressee
from market.notices.rules import News

AT_ONCE = 10


IS_UNSEEN = Notice.seen_at.is_(None)
_NEWS = select(Notice.id).where(IS_UNSEEN, Notice.kind.in_(map(said, News)))
UNSEEN_NEWS = union_all(
    _NEWS.where(Notice.person_id == bindparam("person", type_=BigInteger())),
    _NEWS.where(Notice.business_id == bindparam("business", type_=BigInteger())),
)
"""The ids of the office's answers to one person, and to a business's people (none where it is None), that nobody has
said were seen: each half has an index of its own, which both at once have not. Built once."""

_NEWS_OF = select(Notice).where(Notice.id.in_(UNSEEN_NEWS)).order_by(Notice.id).limit(AT_ONCE)


def news_of(session: Session, person_id: int, business_id: int | None = None) -> Sequence[Notice]:
    """The office's answers not yet seen, oldest first, a handful at once."""
    return session.scalars(_NEWS_OF, {"person": person_id, "business": business_id}).all()


def notice_with_id(session: Session, notice_id: int) -> Notice | None:
    return session.get(Notice, notice_id)


def addressee_of(notice: Notice) -> Addressee:
    return Addressee(
        business_id=notice.business_id,
        person_id=notice.person_id,
        order_id=notice.order_id,
        purchase_id=notice.purchase_id,
    )
