"""Which orders a browser opens without a sign-in: a phone that is shared forgets those of the one before."""

from datetime import datetime

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.orders.models import HOLDER_ID, Contact


def forget_orders(session: Session, device: str, *, now: datetime) -> None:
    """Let this browser open none of the orders placed on it; they open by their code and the phone's last digits."""
    session.execute(_open_on(device).values(device_forgotten_at=now))


def forget_orders_of_others(session: Session, device: str, person_id: int, *, now: datetime) -> None:
    """Let this browser open, of the orders placed on it, those alone of the person who signs in now.

    A guest's are theirs where they were placed with their phone number; where nobody can tell, they are not.
    """
    phone = session.get_one(Person, person_id).phone
    others = HOLDER_ID.is_distinct_from(person_id) & (HOLDER_ID.is_not(None) | (Contact.phone != phone))
    session.execute(_open_on(device).where(others).values(device_forgotten_at=now))


def _open_on(device: str) -> Update:
    return update(Contact).where(Contact.device == device, Contact.device_forgotten_at.is_(None))
