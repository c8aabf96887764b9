"""Steps with changes that wait: what an owner asks for, and the day that passes."""

from datetime import timedelta

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.payments.actions import NewCardKeys, keep_card_keys
from market.payments.jobs import begin_changes
from market.sellers.actions import NewBankAccount, set_bank_account
from market.sellers.models import BusinessMember, Stall
from tests.conftest import Clock as TestClock
from tests.factories import own_word

DAY = timedelta(hours=24)


def save_account(session: Session, person_id: int, new: NewBankAccount, clock: Clock) -> int | None:
    """As this person, on a phone of their own on which they have just signed in."""
    word = own_word(session, person_id, clock())
    return set_bank_account(session, Actor(person_id=person_id), new, word, clock=clock)


def save_keys(session: Session, new: NewCardKeys, clock: Clock) -> str:
    """As the stall's owner, on a phone of their own on which they have just signed in."""
    business = session.get_one(Stall, new.stall_id).business_id
    person_id = owner_of(session, business)
    word = own_word(session, person_id, clock())
    return keep_card_keys(session, Actor(person_id=person_id), new, word, clock=clock)


def owner_of(session: Session, business_id: int) -> int:
    found = session.query(BusinessMember).filter(BusinessMember.business_id == business_id, BusinessMember.is_confirmed)
    return found.order_by(BusinessMember.id).all()[0].person_id


def pass_a_day(now: TestClock) -> int:
    """A day passes and the worker has come round; returns how many changes began."""
    return begin_changes(now.move(hours=24))
