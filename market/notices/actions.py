"""What is written to the outbox: each thing once to each recipient, however often the work is tried again; and seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.base.db import insert_once
from market.notices.models import Notice
from market.notices.queries import unseen_news


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to tell the people of a business, one person, or (both None) the guest who placed the order.

    `dedupe_key` names what it is about, to whom, and its kind: said once, also when asked again. What its link leads to
    is named by id: an order, a purchase, a product, or (none of them) what the person asked of the office.
    """

    dedupe_key: str
    kind: str
    sentence: str
    business_id: int | None = None
    person_id: int | None = None
    order_id: int | None = None
    purchase_id: int | None = None
    product_id: int | None = None


def enqueue_notifications(session: Session, messages: Sequence[Message], *, now: datetime) -> None:
    """Write messages into the caller's transaction; those already told are left as they are."""
    rows = [
        {
            "dedupe_key": one.dedupe_key,
            "kind": one.kind,
            "sentence": one.sentence,
            "business_id": one.business_id,
            "person_id": one.person_id,
            "order_id": one.order_id,
            "purchase_id": one.purchase_id,
            "product_id": one.product_id,
            "created_at": now,
        }
        for one in messages
    ]
    if rows:
        session.connection().execute(insert_once(session, Notice), rows)


def see_news(session: Session, person_id: int, up_to: int, *, business_id: int | None = None, now: datetime) -> None:
    """Note that the office's answers to a person (and to a business's people) up to one of them were seen."""
    session.execute(
        update(Notice)
        .where(unseen_news(business_id, person_id), Notice.id <= up_to)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )
