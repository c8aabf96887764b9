"""Where a person wants word, and a word that they send to themselves to hear whether it comes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.db import insert_once, locked
from market.base.jobs import enqueue_all
from market.base.secrets import vault
from market.notices.actions.outbox import PLAN
from market.notices.models import Notice, NoticeChoice
from market.notices.rules import TEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenWays:
    """Where a person wants word: `off` are the names of the ways that they do not want; `email` None: none is kept."""

    off: tuple[str, ...]
    email: str | None
    wakes_for_orders: bool


def choose_ways(session: Session, person_id: int, chosen: ChosenWays, *, now: datetime) -> None:
    """Keep where a person wants word, in the place of what they said before. NotFound where that is gone meanwhile."""
    session.execute(insert_once(session, NoticeChoice).values({"person_id": person_id, "changed_at": now}))
    row = locked(session, NoticeChoice, NoticeChoice.person_id == person_id).row
    row.off_ways, row.wakes_for_orders, row.changed_at = ",".join(chosen.off), chosen.wakes_for_orders, now
    row.email_cipher = vault().encrypt(chosen.email) if chosen.email else None


def send_test(session: Session, commune_id: int, person_id: int, way: str, *, now: datetime) -> None:
    """Send a person a word by one way alone, at once, in quiet hours too."""
    notice = {
        "commune_id": commune_id,
        "dedupe_key": f"test:{person_id}:{way}:{now.isoformat()}",
        "kind": TEST,
        "sentence": "Tin thử của Chợ số: bạn nhận được tin ở đây.",
        "person_id": person_id,
        "created_at": now,
        "seen_at": now,
    }
    insert = insert_once(session, Notice).values(notice).returning(Notice.id)
    for notice_id in session.execute(insert).scalars():
        enqueue_all(session, PLAN, {f"{PLAN}:{notice_id}": {"notice_id": notice_id, "way": way}})
