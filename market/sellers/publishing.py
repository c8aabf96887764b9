"""Whether a stall's goods may go up: the one answer for every door by which goods reach buyers.

Asked under the lock of the stall: an account's link is written under it too, so that who waits is judged by what came
before them. What is up already is no business of this rule (ADR 26).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import Refused
from market.sellers.identity import connected
from market.sellers.models import Stall
from market.sellers.queries.identity_links import identity_law, seller_accounts, stall_account
from market.sellers.rules.identity import IdentityLaw, PublishingReason, PublishingRight, may_publish, refusal_of
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who would put goods of a business's stall up: this person, or (None) the office or a job."""

    commune_id: int
    business_id: int
    person_id: int | None


def publishing_right(session: Session, who: Publisher, *, now: datetime) -> PublishingRight:
    """Whether they may: by their own account where they have one there, else (a helper, the office, a job) by any
    account of the business's people; of a stall without any, by how long it is there."""
    return _right_under(session, identity_law(session, who.commune_id, local_day(now)), who, now)


def _right_under(session: Session, law: IdentityLaw, who: Publisher, now: datetime) -> PublishingRight:
    if law.link_from is None:
        return PublishingRight(why=PublishingReason.NO_RULE)
    accounts = seller_accounts(session, who.business_id, now=now)
    asked = [accounts[who.person_id]] if who.person_id in accounts else list(accounts.values())
    if not asked and (own := stall_account(session, who.business_id)):
        asked = [own]
    return may_publish(asked, law, local_day(now), is_connected=connected() is not None)


def require_publishing(session: Session, actor: Actor, stall: Locked[Stall], *, now: datetime) -> None:
    """Refused, with what helps, where goods of the stall may not go up."""
    row = stall.row
    who = Publisher(commune_id=row.commune_id, business_id=row.business_id, person_id=actor.person_id)
    law = identity_law(session, row.commune_id, local_day(now))
    right = _right_under(session, law, who, now)
    if not right.may:
        raise Refused("identity_needed", refusal_of(right, law))
