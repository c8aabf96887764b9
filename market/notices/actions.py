"""What is written to the outbox: each thing once to each recipient, however often the work is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.db import insert_once
from market.notices.models import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to tell the people of a business, one person, or (both None) the guest who placed the order.

    `dedupe_key` names what it is about, to whom, and its kind: said once, whoever says it again.
    """

    dedupe_key: str
    kind: str
    sentence: str
    path: str
    business_id: int | None = None
    person_id: int | None = None
    order_id: int | None = None


def tell(session: Session, messages: Sequence[Message], *, now: datetime) -> None:
    """Write messages into the caller's transaction; those already told are left as they are."""
    rows = [
        {
            "dedupe_key": one.dedupe_key,
            "kind": one.kind,
            "sentence": one.sentence,
            "path": one.path,
            "business_id": one.business_id,
            "person_id": one.person_id,
            "order_id": one.order_id,
            "created_at": now,
        }
        for one in messages
    ]
    if rows:
        session.connection().execute(insert_once(session, Notice), rows)
