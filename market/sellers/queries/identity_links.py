"""Where sellers' accounts stand with their electronic identity, and which rule holds for them on a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager, joinedload

from market.accounts.models import Person
from market.base.errors import NotFound
from market.base.secrets import vault
from market.places.models import DatedFact
from market.places.queries import facts_of
from market.sellers.models import Business, BusinessMember, IdentityEvent, Stall
from market.sellers.rules.identity import (
    ALLOW,
    ENDS,
    LINK_FROM,
    LINK_UNTIL,
    UNCONNECTED,
    IdentityLaw,
    LinkState,
    SellerAccount,
)

FACT_KEYS = (LINK_FROM, LINK_UNTIL, UNCONNECTED)


def identity_law(session: Session, commune_id: int, day: date) -> IdentityLaw:
    """What holds in a commune on a day, by its dated facts; before the decree is in force, nothing."""
    said = {row.key: row.value for row in identity_facts(session, commune_id, day)}
    return IdentityLaw(
        link_from=_day(said.get(LINK_FROM)),
        link_until=_day(said.get(LINK_UNTIL)),
        allows_unconnected=said.get(UNCONNECTED) == ALLOW,
    )


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def identity_facts(session: Session, commune_id: int, day: date) -> Sequence[DatedFact]:
    """The rows that hold on a day, with their sources, each key once: the commune's own before the country's."""
    holding: dict[str, DatedFact] = {}
    rows = facts_of(session, commune_id, FACT_KEYS)
    for row in sorted(rows, key=lambda one: (one.commune_id is None, -one.valid_from.toordinal(), -one.id)):
        if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day):
            holding.setdefault(row.key, row)
    return list(holding.values())


def is_linked(member_id: InstrumentedAttribute[int], now: datetime) -> ColumnElement[bool]:
    """Whether the account that a query's column names is electronically authenticated at a moment: its provider said
    so, for longer than until now, and has not taken it back."""
    said, ended = aliased(IdentityEvent), aliased(IdentityEvent)
    is_over = select(ended.id).where(ended.attempt == said.attempt, ended.state.in_(ENDS)).correlate(said).exists()
    return (
        select(said.id)
        .where(
            said.member_id == member_id,
            said.state == LinkState.AUTHENTICATED,
            or_(said.valid_to.is_(None), said.valid_to > now),
            ~is_over,
        )
        .correlate_except(said)
        .exists()
    )


def seller_accounts(session: Session, business_id: int, *, now: datetime) -> dict[int, SellerAccount]:
    """The accounts at a business by person: since when each is there, and whether it is linked."""
    query = select(BusinessMember.person_id, BusinessMember.claimed_at, is_linked(BusinessMember.id, now))
    rows = session.execute(query.where(BusinessMember.business_id == business_id, BusinessMember.is_confirmed))
    return {person_id: SellerAccount(since=since, is_linked=linked) for person_id, since, linked in rows}


def stall_account(session: Session, business_id: int) -> SellerAccount | None:
    """That of a business without any person's account, whose stall a helper runs: there since its stall is."""
    opened = session.scalar(select(Stall.opened_at).where(Stall.business_id == business_id))
    return SellerAccount(since=opened, is_linked=False) if opened else None


# --- one account ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStanding:
    """Where one account stands. `state` None: nothing was ever asked. `address`: where the person is sent, while they
    can answer there. `is_made_up`: the demonstration says so, or a stand-in."""

    state: LinkState | None
    provider: str = ""
    at: datetime | None = None
    valid_to: datetime | None = None
    reason: str | None = None
    reference: str | None = None
    address: str | None = field(default=None, repr=False)
    ends_at: datetime | None = None

    @property
    def is_linked(self) -> bool:
        return self.state is LinkState.AUTHENTICATED

    @property
    def is_waiting(self) -> bool:
        return self.state is LinkState.PENDING


def link_standing(session: Session, member_id: int, *, now: datetime) -> LinkStanding:
    """Where an account stands: what was said last, or that it is authenticated still whatever was asked since."""
    mine = select(IdentityEvent).where(IdentityEvent.member_id == member_id).order_by(IdentityEvent.id.desc())
    linked = select(BusinessMember.id).where(BusinessMember.id == member_id, is_linked(BusinessMember.id, now))
    if session.scalar(linked):
        mine = mine.where(IdentityEvent.state == LinkState.AUTHENTICATED)
    row = session.scalars(mine.limit(1)).first()
    if row is None:
        return LinkStanding(state=None)
    has_lapsed = row.state is LinkState.AUTHENTICATED and row.valid_to is not None and row.valid_to <= now
    may_answer = row.challenge_ends_at is not None and row.challenge_ends_at > now
    return LinkStanding(
        state=LinkState.EXPIRED if has_lapsed else row.state,
        provider=row.provider,
        at=row.told_at or row.at,
        valid_to=row.valid_to,
        reason=row.reason,
        reference=row.reference,
        address=vault().decrypt(row.challenge_cipher) if row.challenge_cipher and may_answer else None,
        ends_at=row.challenge_ends_at if may_answer else None,
    )


def member_at(session: Session, business_id: int, person_id: int) -> BusinessMember | None:
    """A person's account at a business; None where they have none there now."""
    mine = BusinessMember.business_id == business_id, BusinessMember.person_id == person_id
    return session.scalar(select(BusinessMember).where(*mine, BusinessMember.is_confirmed))


# --- attempts ---------------------------------------------------------------------------------------------------------


def _unanswered() -> Select[IdentityEvent]:
    """The rows of attempts that nobody has answered, the newest first."""
    other = aliased(IdentityEvent)
    answered = select(other.id).where(other.attempt == IdentityEvent.attempt, other.state != LinkState.PENDING)
    pending = IdentityEvent.state == LinkState.PENDING
    return select(IdentityEvent).where(pending, ~answered.exists()).order_by(IdentityEvent.id.desc())


def open_attempt(session: Session, person_id: int) -> IdentityEvent | None:
    """The attempt of a person that waits for its answer, at whichever business: the newest row of it."""
    mine = _unanswered().join(IdentityEvent.member).where(BusinessMember.person_id == person_id)
    return session.scalars(mine.limit(1)).first()


def attempts_to_ask(session: Session, *, most: int) -> Sequence[str]:
    """Attempts that wait for their answer, the oldest first."""
    open_ones = _unanswered().with_only_columns(IdentityEvent.attempt, func.min(IdentityEvent.id)).order_by(None)
    rows = session.execute(open_ones.group_by(IdentityEvent.attempt).order_by(func.min(IdentityEvent.id)).limit(most))
    return [row.attempt for row in rows]


def last_of_attempt(session: Session, attempt: str) -> IdentityEvent:
    """The newest row of an attempt, with its account; NotFound for none."""
    rows = select(IdentityEvent).where(IdentityEvent.attempt == attempt).options(joinedload(IdentityEvent.member))
    found = session.scalars(rows.order_by(IdentityEvent.id.desc()).limit(1)).first()
    if found is None:
        raise NotFound
    return found


def rows_of_attempt(session: Session, attempt: str) -> Sequence[IdentityEvent]:
    rows = select(IdentityEvent).where(IdentityEvent.attempt == attempt).order_by(IdentityEvent.id)
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def others_with(session: Session, member: BusinessMember, digests: Sequence[str], *, now: datetime) -> bool:
    """Whether this electronic identity is linked already to somebody else's account in the commune."""
    query = (
        select(IdentityEvent.id)
        .join(IdentityEvent.member)
        .join(Business, Business.id == BusinessMember.business_id)
        .where(
            IdentityEvent.subject_digest.in_(digests),
            IdentityEvent.state == LinkState.AUTHENTICATED,
            BusinessMember.person_id != member.person_id,
            Business.commune_id == member.business.commune_id,
            is_linked(BusinessMember.id, now),
        )
    )
    return session.scalar(query.limit(1)) is not None


# --- the office -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCounts:
    """Of a commune's sellers' accounts with a stall: how many are linked, and how many are not, of before the law's day
    and of that day or later."""

    linked: int
    of_before: int
    since: int

    @property
    def unlinked(self) -> int:
        return self.of_before + self.since


def _accounts(commune_id: int) -> ColumnElement[bool]:
    return and_(Business.commune_id == commune_id, BusinessMember.is_confirmed)


def link_counts(session: Session, commune_id: int, begins: datetime | None, *, now: datetime) -> LinkCounts:
    """`begins`: the first moment of the day from which on accounts are linked first; None: no such rule."""
    linked = is_linked(BusinessMember.id, now)
    is_of_before = BusinessMember.claimed_at < begins if begins else BusinessMember.id.is_not(None)
    query = (
        select(
            func.count().filter(linked),
            func.count().filter(and_(~linked, is_of_before)),
            func.count().filter(and_(~linked, ~is_of_before)),
        )
        .select_from(BusinessMember)
        .join(Business, Business.id == BusinessMember.business_id)
        .join(Stall, Stall.business_id == Business.id)
        .where(_accounts(commune_id))
    )
    counted = session.execute(query).one()
    return LinkCounts(linked=counted[0], of_before=counted[1], since=counted[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkedAccount:
    """A seller's account that is not linked, with its stall and where the last attempt stands."""

    member: BusinessMember
    stall_name: str
    standing: LinkState | None


def unlinked_accounts(
    session: Session, commune_id: int, *, first: int, most: int, now: datetime
) -> Sequence[UnlinkedAccount]:
    """Whom to help, the newest accounts first: those may not publish at all. From the `first` on, at most so many."""
    last = select(IdentityEvent.state).where(IdentityEvent.member_id == BusinessMember.id)
    last = last.order_by(IdentityEvent.id.desc()).limit(1).correlate(BusinessMember)
    query = (
        select(BusinessMember, Stall.name, last.scalar_subquery().label("standing"))
        .join(BusinessMember.business)
        .join(Business.hamlet)
        .join(Person, Person.id == BusinessMember.person_id)
        .join(Stall, Stall.business_id == Business.id)
        .where(_accounts(commune_id), ~is_linked(BusinessMember.id, now))
        .options(
            contains_eager(BusinessMember.business).contains_eager(Business.hamlet),
            joinedload(BusinessMember.person),
        )
        .order_by(BusinessMember.claimed_at.desc(), BusinessMember.id.desc())
        .offset(first)
        .limit(most)
    )
    return [
        UnlinkedAccount(member=member, stall_name=name, standing=LinkState(standing) if standing else None)
        for member, name, standing in session.execute(query)
    ]
