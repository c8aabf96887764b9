"""Which ways lead to somebody a notice is for: what the operator set up, the commune puts first, and they want."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from market.base.ports import Contactable
from market.notices.models import Notice
from market.notices.ports import Address, Destination, Receiver, Sender
from market.notices.queries import WordChoice, addressee_of, choice_of, ways_in_order
from market.notices.rules import FOR_MONEY, Route, Step, Why, word_of
from market.notices.senders import SENDERS, missing_for

MOST_PEOPLE = 20
"""So many of those whom one notice is for are told of it outside the market."""


def usable(session: Session, commune_id: int, day: date) -> list[Sender]:
    """The ways that are set up and that the commune uses, the first to be tried first."""
    known = [SENDERS[one] for one in ways_in_order(session, commune_id, day) if one in SENDERS]
    return [one for one in known if not missing_for(one)]


def recipient_of(session: Session, notice: Notice, one: Contactable) -> Receiver:
    email = choice_of(session, one.person_id).email
    return Receiver(
        commune_id=notice.commune_id,
        addressee=addressee_of(notice),
        person_id=one.person_id,
        phones=one.phones,
        email=email,
    )


def route_to(session: Session, notice: Notice, to: Receiver, ways: Sequence[Sender]) -> Route:
    """The ways to one of those a notice is for. What nobody must hear is not carried for money."""
    choice = choice_of(session, to.person_id)
    carry = [one for one in ways if not one.is_paid or word_of(notice.kind) in FOR_MONEY]
    steps = [Step(way=one.name, why=_why_not(one, to, choice)) for one in carry]
    return Route(person_id=to.person_id, steps=steps, wakes=choice.wakes_for_orders)


def _why_not(sender: Sender, to: Receiver, choice: WordChoice) -> Why | None:
    if sender.name in choice.off:
        return Why.OFF
    return None if leads_to(sender, to) else Why.NO_ADDRESS


def leads_to(sender: Sender, to: Receiver) -> bool:
    has = {Address.PHONE: bool(to.phones), Address.EMAIL: bool(to.email), Address.OWN: True}
    return has[sender.address] and sender.reaches(to)


def destination_of(sender: Sender, to: Receiver) -> Destination:
    """What a way is told of a recipient: nothing that it does not need."""
    return Destination(
        recipient=Receiver(commune_id=to.commune_id, addressee=to.addressee, person_id=to.person_id),
        phones=to.phones if sender.address is Address.PHONE else (),
        email=to.email if sender.address is Address.EMAIL else None,
    )
