"""What a stall did about its marketplaces, written down."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.sellers.models import Stall


def log_of_stall(session: Session, actor: Actor, stall_id: int, change: Change, now: datetime) -> None:
    stall = session.get_one(Stall, stall_id)
    owned = Change(
        verb=change.verb,
        subject=change.subject,
        subject_id=change.subject_id,
        commune_id=stall.commune_id,
        business_id=stall.business_id,
        fields=change.fields,
    )
    record(session, actor, owned, now=now)
