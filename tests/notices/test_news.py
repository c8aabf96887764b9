"""The office's answers: to whom they are, the ten oldest that were not seen, and how far seeing them reaches."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.notices.actions import Message, enqueue_notifications, see_news
from market.notices.jobs import plan_notice, send_notice
from market.notices.models import Notice
from market.notices.queries import NewsReader, news_of
from market.notices.rules import News
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock


def tell(now: Clock, *messages: tuple[str, str, int | None, int | None]) -> list[int]:
    """Messages of a key and a kind, to a business or a person; returns their ids."""
    with transaction() as writing:
        for key, kind, business, person in messages:
            about = {"business_id": business, "person_id": person}
            told = Message(commune_id=1, dedupe_key=key, kind=kind, sentence=f"Tin {key}", **about)
            enqueue_notifications(writing, [told], now=now())
        return list(writing.scalars(select(Notice.id).order_by(Notice.id)))


def test_the_ten_oldest_answers_stand_until_they_are_seen(cast: Cast, now: Clock, session: Session) -> None:
    reader = NewsReader(commune_id=cast.commune, person_id=cast.mai)
    ids = tell(now, *((f"{number}", News.LISTING_APPROVED, None, cast.mai) for number in range(12)))

    def news() -> list[int]:
        return [notice.id for notice in news_of(session, reader)]

    assert news() == ids[:10]
    first_seen = now.move(minutes=1)
    with transaction() as writing:
        see_news(writing, reader, ids[3], now=first_seen)
    assert news() == ids[4:12]
    with transaction() as writing:
        see_news(writing, reader, ids[11], now=now.move(minutes=1))
    assert news() == []
    seen = session.scalars(select(Notice.seen_at).order_by(Notice.id)).all()
    assert seen == [first_seen] * 4 + [first_seen + timedelta(minutes=1)] * 8


def test_answers_to_a_business_are_its_people_s_and_other_messages_are_no_answers(
    cast: Cast, now: Clock, session: Session
) -> None:
    own, shop, *_ = tell(
        now,
        ("own", News.CLAIM_REFUSED, None, cast.mai),
        ("shop", News.LISTING_REFUSED, cast.lan.business, None),
        ("other person", News.LISTING_REFUSED, None, cast.vy),
        ("other shop", News.LISTING_REFUSED, cast.tu.business, None),
        ("an order", "don_moi", cast.lan.business, cast.mai),
        ("a guest", News.LISTING_REFUSED, None, None),
    )

    def mai(business: int | None) -> NewsReader:
        return NewsReader(commune_id=cast.commune, person_id=cast.mai, business_id=business)

    def news(business: int | None) -> list[int]:
        return [notice.id for notice in news_of(session, mai(business))]

    assert news(None) == [own]
    assert news(cast.lan.business) == [own, shop]
    with transaction() as writing:
        see_news(writing, mai(None), shop + 9, now=now())
    assert news(cast.lan.business) == [shop]
    with transaction() as writing:
        see_news(writing, mai(cast.lan.business), shop + 9, now=now())
    assert news(cast.lan.business) == []
    unseen = select(Notice.dedupe_key).where(Notice.seen_at.is_(None)).order_by(Notice.id)
    assert session.scalars(unseen).all() == ["other person", "other shop", "an order", "a guest"]


def test_what_another_commune_s_office_says_is_read_at_its_own_market(cast: Cast, now: Clock, session: Session) -> None:
    """Its link leads nowhere here, and what was never shown must not be put away."""
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id
    own, theirs = tell(now, ("own", News.CLAIM_REFUSED, None, cast.mai), ("far", News.CLAIM_REFUSED, None, cast.mai))
    with transaction() as writing:
        writing.get_one(Notice, theirs).commune_id = far
    here, there = (NewsReader(commune_id=one, person_id=cast.mai) for one in (cast.commune, far))
    assert [[one.id for one in news_of(session, reader)] for reader in (here, there)] == [[own], [theirs]]
    with transaction() as writing:
        see_news(writing, here, theirs, now=now())
    assert [[one.id for one in news_of(session, reader)] for reader in (here, there)] == [[], [theirs]]


def test_a_notice_that_is_not_there_is_sent_to_nobody(cast: Cast) -> None:
    send_notice({"delivery_id": 1})
    plan_notice({"notice_id": 1})
