"""What is written to the outbox: each thing once to each recipient, however often the work is tried again; and seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.db import insert_once
from market.base.jobs import Payload, enqueue
from market.notices.models import Notice
from market.notices.ports import Sender
from market.notices.queries import IS_UNSEEN, UNSEEN_NEWS, NewsReader, addressee_of
from market.notices.senders import ready_senders


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
    """Write messages into the caller's transaction, and a job for each way that leads to whom they are for.

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
    if senders := ready_senders():
        _enqueue_sending(session, rows, senders)
    else:
        session.connection().execute(insert_once(session, Notice), rows)


def sending_kind(way: str) -> str:
    """The kind of the jobs that send notices one way."""
    return f"send_notice:{way}"


def _enqueue_sending(session: Session, rows: Sequence[Mapping[str, object]], senders: Sequence[Sender]) -> None:
    """Write notices, and a job for each that is new and each sender that reaches its recipient."""
    insert = insert_once(session, Notice).returning(Notice.id)
    ids = session.connection().execute(insert, rows).scalars().all()
    for notice in session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id)):
        addressee = addressee_of(notice)
        for way in [one.name for one in senders if one.reaches(addressee)]:
            kind = sending_kind(way)
            payload: Payload = {"notice_id": notice.id, "way": way}
            enqueue(session, kind, payload, dedupe_key=f"{kind}:{notice.id}")


def see_news(session: Session, reader: NewsReader, up_to: int, *, now: datetime) -> None:
    """Note that the office's answers up to one of them were seen."""
    seen = update(Notice).where(UNSEEN_NEWS, IS_UNSEEN, Notice.id <= up_to).values(seen_at=now)
    session.connection().execute(seen, reader.asked)
