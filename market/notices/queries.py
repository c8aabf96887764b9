"""Questions about the outbox: what a person has not seen yet, what did not reach them, where they want to hear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, bindparam, exists, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from market.base.db import said
from market.base.secrets import KeyMissing, vault
from market.notices.models import Notice, NoticeChoice, NoticeDelivery, NoticeDispatch, PaidNotices
from market.notices.ports import Addressee
from market.notices.rules import (
    DEFAULT_PAID_A_MONTH,
    OPEN,
    ORDER_FACT,
    PAID_FACT,
    TEST,
    Arrival,
    DeliveryState,
    News,
    Why,
    read_order,
)
from market.places.queries import fact_on
from market.values.period import local_day

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


# --- leaving the market -----------------------------------------------------------------------------------------------


def ways_in_order(session: Session, commune_id: int, day: date) -> tuple[str, ...]:
    """The names of the ways, the first to be tried first, as they hold in a commune on a day."""
    return read_order(fact_on(session, commune_id, ORDER_FACT, day))


def paid_cap(session: Session, commune_id: int, day: date) -> int:
    """How many messages that cost money a commune sends at most in the month of a day."""
    said = fact_on(session, commune_id, PAID_FACT, day)
    return int(said) if said and said.isdigit() else DEFAULT_PAID_A_MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The messages that cost money: sent this month, and at most."""

    sent: int
    most: int


def paid_this_month(session: Session, commune_id: int, *, now: datetime) -> Spent:
    day = local_day(now)
    query = select(PaidNotices.sent).where(PaidNotices.commune_id == commune_id, PaidNotices.month == f"{day:%Y-%m}")
    return Spent(sent=session.scalar(query) or 0, most=paid_cap(session, commune_id, day))


@dataclass(frozen=True, slots=True, kw_only=True)
class WordChoice:
    """Where a person wants word: all ways but `off`; `email` None where none is known, or no key opens it."""

    off: tuple[str, ...] = ()
    email: str | None = None
    wakes_for_orders: bool = False


def choice_of(session: Session, person_id: int | None) -> WordChoice:
    row = session.scalar(select(NoticeChoice).where(NoticeChoice.person_id == person_id)) if person_id else None
    if row is None:
        return WordChoice()
    off = tuple(one for one in row.off_ways.split(",") if one)
    return WordChoice(off=off, email=_opened(row.email_cipher), wakes_for_orders=row.wakes_for_orders)


def _opened(cipher: str | None) -> str | None:
    try:
        return vault().decrypt(cipher) if cipher else None
    except KeyMissing:
        return None


def delivery_with_id(session: Session, delivery_id: int) -> NoticeDelivery | None:
    return session.get(NoticeDelivery, delivery_id, populate_existing=True)


def deliveries_left_over(session: Session, *, before: datetime, limit: int = 200) -> Sequence[NoticeDelivery]:
    """Those that should have gone on before a moment and did not: their job is lost."""
    late = NoticeDelivery.state.in_(map(said, sorted(OPEN))), NoticeDelivery.next_at < before
    query = select(NoticeDelivery).where(*late).order_by(NoticeDelivery.next_at, NoticeDelivery.id)
    return session.scalars(query.limit(limit)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTest:
    """What became of the last word that a person sent to themselves one way."""

    way: str
    state: DeliveryState
    why: Why | None
    at: datetime


MOST_TESTS = 30
"""So many of somebody's tests are looked through for the last of each way: the brake on them lets few more come."""


def last_tests(session: Session, person_id: int) -> dict[str, LastTest]:
    """Way -> the last test, of those that are kept."""
    mine = Notice.person_id == person_id, Notice.seen_at.is_not(None), Notice.kind == TEST
    newest = session.scalars(select(Notice.id).where(*mine).order_by(Notice.id.desc()).limit(MOST_TESTS)).all()
    query = select(NoticeDelivery).where(NoticeDelivery.notice_id.in_(newest)).order_by(NoticeDelivery.id)
    return {
        one.way: LastTest(way=one.way, state=one.state, why=one.why, at=one.ended_at or one.next_at)
        for one in (session.scalars(query) if newest else ())
    }


TOLD_FOR = timedelta(days=30)
"""What did not reach a business is told for so long."""
_UNREACHED = (NoticeDispatch.reach == said(Arrival.UNREACHED)) & NoticeDispatch.known_at.is_(None)


def count_unreached(session: Session, business_id: int, *, now: datetime) -> int:
    """How many notices did not reach a business, of those of the last month that it does not know yet."""
    recent = NoticeDispatch.business_id == business_id, NoticeDispatch.created_at > now - TOLD_FOR
    return session.scalar(select(func.count()).where(_UNREACHED, *recent)) or 0


def unreached_of(session: Session, business_id: int, *, now: datetime, most: int) -> Sequence[Notice]:
    """Those notices, newest first."""
    mine = NoticeDispatch.business_id == business_id, NoticeDispatch.created_at > now - TOLD_FOR
    query = select(Notice).join(NoticeDispatch, NoticeDispatch.notice_id == Notice.id).where(_UNREACHED, *mine)
    return session.scalars(query.order_by(Notice.id.desc()).limit(most)).all()


def is_unreached(notice_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether nobody can be sure that a notice came to anybody: for other slices' questions."""
    not_sure = NoticeDispatch.reach.in_((Arrival.UNREACHED, Arrival.MAYBE))
    return exists().where(NoticeDispatch.notice_id == notice_id, not_sure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A business that did not hear of so many notices, the last of them at a moment."""

    business_id: int
    count: int
    last_at: datetime


def unreached_businesses(
    session: Session, commune_id: int, *, now: datetime, first: int, most: int
) -> Sequence[Unreached]:
    """A commune's businesses that some notice did not reach, the latest first: from the `first` on, at most so many."""
    recent = NoticeDispatch.commune_id == commune_id, NoticeDispatch.created_at > now - TOLD_FOR
    last = func.max(NoticeDispatch.created_at)
    query = (
        select(NoticeDispatch.business_id, func.count().label("count"), last.label("last_at"))
        .where(_UNREACHED, NoticeDispatch.business_id.is_not(None), *recent)
        .group_by(NoticeDispatch.business_id)
        .order_by(last.desc(), NoticeDispatch.business_id)
    )
    return [Unreached(**row) for row in session.execute(query.offset(first).limit(most)).mappings()]
