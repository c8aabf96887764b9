"""Loads the demonstration: invented people with a register, stalls, goods, lots and a year of orders. Once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.catalog.actions.search import rebuild_words
from market.catalog.rules import KeptPhoto
from market.notices.models import Notice
from market.seeding.actions import calls, goods, history, lots, people, register
from market.seeding.actions.cast import Demo
from market.seeding.actions.plan import planned_orders, sold_amounts
from market.seeding.files import Seeds


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPictures:
    """What is made before the transaction, because it is slow: the pictures by product key, the password's hash."""

    photos: Mapping[str, KeptPhoto]
    password_hash: str = field(repr=False)


def load_demo(session: Session, seeds: Seeds, commune_id: int, kept: KeptPictures) -> None:
    """Enter everything; to be called where no demonstration is yet."""
    demo = Demo.of_places(session, commune_id)
    register.load_businesses(session, seeds, demo)
    people.load_people(session, seeds, demo, kept.password_hash)
    people.load_mandates(session, seeds, demo)
    register.load_stalls(session, seeds, demo)
    plans = planned_orders(seeds)
    goods.load_products(session, seeds, demo, kept.photos, sold_amounts(plans))
    goods.load_channel_categories(session, seeds, demo)
    rebuild_words(session)
    lots.load_lots(session, seeds, demo)
    history.load_history(session, seeds, demo, plans)
    calls.load_calls(session, seeds, demo)
    _see_old_news(session, seeds)


def _see_old_news(session: Session, seeds: Seeds) -> None:
    """What the office answered more than a week ago has been read."""
    old = Notice.created_at < seeds.now - timedelta(days=7)
    session.execute(update(Notice).where(old, Notice.order_id.is_(None)).values(seen_at=Notice.created_at))
