"""What a family member says, for themselves, to a business that wants to be paid into their account."""

from sqlalchemy.orm import Session

from market.accounts.models import Consent, Person
from market.accounts.queries import visitors_of
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.sellers import queries
from market.sellers.actions.authority import OwnPassword, require_own_device
from market.sellers.actions.changes import DueChange, change_by_id, end_change, is_stopped, refuse_over
from market.sellers.actions.receiving import add_consent, begin_bank_account
from market.sellers.actions.register import log_business
from market.sellers.models import ChangeState

STAFF_FAMILY = (
    "Bạn đang hoặc đã làm người hỗ trợ hay cán bộ nên không tự đồng ý ở đây được. Mời mang giấy ra xã, cán bộ khác ghi."
)
SELLERS_DEVICE = (
    "Máy này người của gian hàng đã đăng nhập nên chưa ghi đồng ý được. Mời làm trên điện thoại của bạn, hoặc cùng "
    "mang giấy tờ ra xã."
)


def give_family_consent(
    session: Session, actor: Actor, change_id: int, proof: OwnPassword, *, seen: str, clock: Clock
) -> None:
    """Agree that a business is paid into the actor's own account, on a device of their own; what has waited long enough
    begins with it. Idempotent.

    Refused without the password typed of late, on a device of an officer, a helper or the business's people, and to an
    officer or helper; ChangedSince where it is not what was seen; NotFound for a change that does not ask this person.
    """
    due, person = _asked_of(session, actor, change_id, clock=clock)
    change = due.change
    if change.consent_id is not None:
        return
    refuse_over(change)
    check_seen(seen, queries.change_facts(change))
    _refuse_sellers_device(session, person.id, due, proof)
    consent = Consent(business_id=change.business_id, person_id=person.id)
    change.consent_id = add_consent(session, consent, now=due.now)
    log_business(session, actor, "give_consent", due.business.row, change.kind, now=due.now)
    session.flush()
    begin_bank_account(session, change_id, clock=lambda: due.now)


def refuse_family_consent(session: Session, actor: Actor, change_id: int, *, seen: str, clock: Clock) -> None:
    """Do not agree to it, on any device: it is stopped. Idempotent. Conflict where it has begun, ChangedSince and
    NotFound as `give_family_consent`."""
    due, _ = _asked_of(session, actor, change_id, clock=clock)
    if is_stopped(due.change):
        return
    refuse_over(due.change)
    check_seen(seen, queries.change_facts(due.change))
    end_change(session, actor, due, ChangeState.STOPPED)


def _asked_of(session: Session, actor: Actor, change_id: int, *, clock: Clock) -> tuple[DueChange, Person]:
    """The change, under its business's lock, and the person whom it asks; Conflict where it waits no more."""
    found = change_by_id(session, change_id, clock=clock)
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or not queries.asks_person(found.change, person):
        raise NotFound
    return found, person


def _refuse_sellers_device(session: Session, person_id: int, due: DueChange, proof: OwnPassword) -> None:
    """Who agrees is somebody else than who is paid: on a device where no other member has ever signed in."""
    if queries.is_staff(session, person_id):
        raise Refused("staff_consent", STAFF_FAMILY)
    visitor = require_own_device(session, person_id, proof, now=due.now)
    members = {member.person_id for member in queries.members_of(session, due.business.row.id)}
    if visitor in visitors_of(session, members - {person_id}):
        raise Refused("sellers_device", SELLERS_DEVICE)
