"""What is written to the outbox: each thing once to each recipient, however often the work is tried again; and seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.base.db import insert_once
from market.base.jobs import enqueue_all
from market.notices.models import Notice
from market.notices.queries import IS_UNSEEN, UNSEEN_NEWS, NewsReader
from market.notices.rules import may_leave
from market.notices.senders import ready_senders

PLAN = "plan_notice"
"""The kind of the jobs that look for the ways to those whom a notice is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to tell the people of a business, one person, or (both None) the guest who placed the order, at the
    site of the commune where it happened.

    `dedupe_key` names what it is about, to whom, and its kind: said once, also when asked again. What its link leads to
    is named by id: an order, a purchase, a product, or (none of them) what the person asked of the office.
    """

    commune_id: int
    dedupe_key: str
    kind: str
    sentence: str
    business_id: int | None = None
    person_id: int | None = None
    order_id: int | None = None
    purchase_id: int | None = None
    product_id: int | None = None


def enqueue_notifications(session: Session, messages: Sequence[Message], *, now: datetime) -> None:
    """Write messages into the caller's transaction, and a job for each that may leave the market, where there is a way
    out.

    Those already told are left as they are, and not sent again.
    """
    rows = [
        {
            "commune_id": one.commune_id,
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
    if ready_senders() and any(may_leave(one.kind) for one in messages):
        _enqueue_sending(session, rows)
    else:
        session.connection().execute(insert_once(session, Notice), rows)


def _enqueue_sending(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write notices, and a job for each that is new and may leave: two statements, however many there are."""
    insert = insert_once(session, Notice).returning(Notice.id, Notice.kind)
    written = session.connection().execute(insert, rows).all()
    leaving = {f"{PLAN}:{one.id}": {"notice_id": one.id} for one in written if may_leave(one.kind)}
    if leaving:
        enqueue_all(session, PLAN, leaving)


def see_news(session: Session, reader: NewsReader, up_to: int, *, now: datetime) -> None:
    """Note that the office's answers up to one of them were seen."""
    seen = update(Notice).where(UNSEEN_NEWS, IS_UNSEEN, Notice.id <= up_to).values(seen_at=now)
    session.connection().execute(seen, reader.asked)
