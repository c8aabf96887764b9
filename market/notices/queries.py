"""Questions about the outbox: what a person has not seen yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from market.base.db import said
from market.notices.models import Notice
from market.notices.ports import Addressee
from market.notices.rules import News

AT_ONCE = 10

IS_UNSEEN = Notice.seen_at.is_(None)
_NEWS = select(Notice.id).where(IS_UNSEEN, Notice.kind.in_(map(said, News)))
_OF_ALL_COMMUNES = union_all(
    _NEWS.where(Notice.person_id == bindparam("person", type_=BigInteger())),
    _NEWS.where(Notice.business_id == bindparam("business", type_=BigInteger())),
)
UNSEEN_NEWS = Notice.id.in_(_OF_ALL_COMMUNES) & (Notice.commune_id == bindparam("commune", type_=BigInteger()))
"""The office's answers that nobody has said were seen, as `NewsReader.asked` asks for them. Another commune's are read
at its own market, where their links lead. Each half is answered by an index of its own, in which communes are not."""

_NEWS_OF = select(Notice).where(UNSEEN_NEWS).order_by(Notice.id).limit(AT_ONCE)


NEWEST_NEWS = select(func.max(Notice.id)).where(UNSEEN_NEWS)
"""Which of them came last: another one once there is more to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsReader:
    """A person at a commune's market, who reads what its office says to them, and to the people of a business too."""

    commune_id: int
    person_id: int
    business_id: int | None = None

    @property
    def asked(self) -> dict[str, int | None]:
        """The values that `UNSEEN_NEWS` binds."""
        return {"commune": self.commune_id, "person": self.person_id, "business": self.business_id}


def news_of(session: Session, reader: NewsReader) -> Sequence[Notice]:
    """The office's answers not yet seen, oldest first, a handful at once."""
    return session.scalars(_NEWS_OF, reader.asked).all()


def newest_news(session: Session, reader: NewsReader) -> int | None:
    """The last of the office's answers not yet seen; None where there is none."""
    return session.connection().scalar(NEWEST_NEWS, reader.asked)


def notice_with_id(session: Session, notice_id: int) -> Notice | None:
    return session.get(Notice, notice_id)


def addressee_of(notice: Notice) -> Addressee:
    return Addressee(
        business_id=notice.business_id,
        person_id=notice.person_id,
        order_id=notice.order_id,
        purchase_id=notice.purchase_id,
    )
