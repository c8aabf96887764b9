"""The event of a change of what an office does among its people."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record


def log(
    session: Session,
    actor: Actor,
    verb: str,
    subject: tuple[str, int],
    *,
    commune_id: int,
    business_id: int | None = None,
    now: datetime,
) -> None:
    """`subject`: the table and the row."""
    change = Change(
        verb=verb, subject=subject[0], subject_id=subject[1], commune_id=commune_id, business_id=business_id
    )
    record(session, actor, change, now=now)
