"""The office's answers: to whom they are, the ten oldest that were not seen, and how far seeing them reaches."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.notices.actions import Message, enqueue_notifications, see_news
from market.notices.jobs import send_notice
from market.notices.models import Notice
from market.notices.queries import news_of
from market.notices.rules import News
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
    ids = tell(now, *((f"{number}", News.LISTING_APPROVED, None, cast.mai) for number in range(12)))

    def news() -> list[int]:
        return [notice.id for notice in news_of(session, cast.mai)]

    assert news() == ids[:10]
    first_seen = now.move(minutes=1)
    with transaction() as writing:
        see_news(writing, cast.mai, ids[3], now=first_seen)
    assert news() == ids[4:12]
    with transaction() as writing:
        see_news(writing, cast.mai, ids[11], now=now.move(minutes=1))
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

    def news(business: int | None) -> list[int]:
        return [notice.id for notice in news_of(session, cast.mai, business)]

    assert news(None) == [own]
    assert news(cast.lan.business) == [own, shop]
    with transaction() as writing:
        see_news(writing, cast.mai, shop + 9, now=now())
    assert news(cast.lan.business) == [shop]
    with transaction() as writing:
        see_news(writing, cast.mai, shop + 9, business_id=cast.lan.business, now=now())
    assert news(cast.lan.business) == []
    unseen = select(Notice.dedupe_key).where(Notice.seen_at.is_(None)).order_by(Notice.id)
    assert session.scalars(unseen).all() == ["other person", "other shop", "an order", "a guest"]


def test_a_notice_that_is_not_there_is_sent_to_nobody(cast: Cast) -> None:
    send_notice({"notice_id": 1, "way": "no such way"})
