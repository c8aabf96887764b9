"""Opening an order by the last digits of the phone that placed it: every try is counted."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.models import SignInAttempt
from market.orders.queries.unlocking import unlock_digest


def note_unlock(session: Session, order_id: int, *, succeeded: bool, now: datetime) -> None:
    session.add(SignInAttempt(phone_digest=unlock_digest(order_id), at=now, succeeded=succeeded))
