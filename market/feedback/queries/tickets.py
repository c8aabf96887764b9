"""Questions about tickets: who may see which, what waits at which desk and for how long."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, selectinload

from market.accounts.models import Consent, Person
from market.base.db import said
from market.base.errors import NotFound
from market.base.seen import Facts
from market.feedback.models import DeskSeat, Ticket, TicketContact, TicketPhoto
from market.feedback.rules.tickets import (
    DESK_WORDS,
    MOST_SEATS,
    NO_TICKET,
    OFFICE_DESKS,
    SENDER_KEPT,
    WORDS_KEPT,
    YOUNGER_THAN,
    AboutKind,
    Age,
    Desk,
    TicketState,
    TicketTerms,
)
from market.places.queries import number_on
from market.sellers.models import BankAccount, Business, BusinessMember, Mandate, Post, PostRole
from market.sellers.queries import officers_of
from market.values.period import local_day

MOST_OWN, MOST_OFFICERS, MOST_COUNTED = 20, 60, 99
ANSWERED_OF_LATE = timedelta(days=30)
PersonId = int | InstrumentedAttribute[int]
_TERMS = {"helper_days": "ticket.helper_days", "office_days": "ticket.office_days", "again_days": "ticket.again_days"}


def ticket_terms(session: Session, commune_id: int, now: datetime) -> TicketTerms:
    """The clocks of tickets in this commune today."""
    known = {name: number_on(session, commune_id, key, local_day(now)) for name, key in _TERMS.items()}
    return TicketTerms(**{name: found[0] for name, found in known.items() if found is not None})


# --- who may see which ------------------------------------------------------------------------------------------------


def is_about(person_id: PersonId) -> ColumnElement[bool]:
    """Of tickets: whether one is about this person, or they stand or stood behind the business that it is about.

    Behind it stands who is or was of its people or ever said so, who shares a phone with one of them or with the
    register's word of it, whose account it is or was paid into as of their family, and who has or had its mandate.
    About a hamlet's helpers is about everybody who is or was one there.
    """
    of_business = Ticket.about_business_id
    member = exists().where(BusinessMember.business_id == of_business, BusinessMember.person_id == person_id)
    helper = exists().where(Mandate.business_id == of_business, Mandate.helper_id == person_id)
    owner = aliased(Person)
    phone = exists().where(Business.id == of_business, owner.id == person_id, owner.phone == Business.phone)
    of_hamlet = Post.hamlet_id == Ticket.hamlet_id, Post.role == PostRole.HELPER, Post.person_id == person_id
    kin = aliased(Person)
    of_member = BusinessMember.business_id == of_business, kin.id == BusinessMember.person_id
    family = exists().where(*of_member, owner.id == person_id, owner.phone == kin.phone)
    paid = BankAccount.business_id == of_business, Consent.id == BankAccount.consent_id, Consent.person_id == person_id
    ties = (member, helper, phone, family, exists().where(*paid))
    behind = [one.correlate(Ticket, Person) for one in ties]
    helps = exists().where(*of_hamlet).correlate(Ticket, Person)
    return or_(
        func.coalesce(Ticket.about_person_id == person_id, False),
        and_(Ticket.about_business_id.is_not(None), or_(*behind)),
        and_(Ticket.about == said(AboutKind.HELPER), helps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReader:
    """Who looks at a commune's tickets: an officer by the desks at which they sit, or the helper of these hamlets."""

    commune_id: int
    person_id: int
    desks: Collection[Desk] = ()
    hamlet_ids: Collection[int] = ()
    is_helper: bool = False


def officer_reader(session: Session, commune_id: int, person_id: int, now: datetime) -> TicketReader:
    """An officer by the desks at which they sit: those where they have a seat, and those where nobody has. Who answers
    for Phòng Văn hóa - Xã hội sees what lies with the helpers too."""
    seats = seats_taken(session, commune_id, now)
    desks = {desk for desk in OFFICE_DESKS if not seats[desk] or person_id in seats[desk]}
    if Desk.CULTURE in desks:
        desks.add(Desk.HELPER)
    return TicketReader(commune_id=commune_id, person_id=person_id, desks=frozenset(desks))


def seats_taken(session: Session, commune_id: int, now: datetime) -> Mapping[Desk, frozenset[int]]:
    """Who sits at each desk of the office and is an officer today."""
    seats = select(DeskSeat.desk, DeskSeat.person_id).where(
        DeskSeat.commune_id == commune_id, DeskSeat.ended_at.is_(None)
    )
    rows, officers = session.execute(seats).all(), officers_of(session, commune_id, local_day(now))
    return {
        desk: frozenset(person_id for of, person_id in rows if of is desk and person_id in officers)
        for desk in OFFICE_DESKS
    }


def helper_reader(commune_id: int, person_id: int, hamlet_ids: Collection[int]) -> TicketReader:
    """The helper of these hamlets."""
    return TicketReader(commune_id=commune_id, person_id=person_id, hamlet_ids=hamlet_ids, is_helper=True)


def may_read(reader: TicketReader) -> ColumnElement[bool]:
    """Of tickets: those that somebody may see and answer. Never one that is about them."""
    here = Ticket.commune_id == reader.commune_id, not_(is_about(reader.person_id))
    if reader.is_helper:
        return and_(*here, Ticket.desk == said(Desk.HELPER), Ticket.hamlet_id.in_(reader.hamlet_ids))
    return and_(*here, or_(Ticket.escalated_at.is_not(None), Ticket.desk.in_(reader.desks)))


def ticket_for(session: Session, reader: TicketReader, ticket_id: int) -> Ticket:
    """A ticket with its history; NotFound for one that this reader may not see."""
    query = select(Ticket).where(Ticket.id == ticket_id, may_read(reader)).options(selectinload(Ticket.steps))
    return _found(session.scalars(query.execution_options(populate_existing=True)).one_or_none())


def waiting_tickets(session: Session, reader: TicketReader, first: int, most: int) -> Sequence[Ticket]:
    """What waits for this reader, what is due first before the rest: from the `first` on, at most so many."""
    query = select(Ticket).where(may_read(reader), Ticket.state == said(TicketState.WAITING))
    return session.scalars(query.order_by(Ticket.due_at, Ticket.id).offset(first).limit(most)).all()


def tickets_to_answer(session: Session, reader: TicketReader) -> int:
    """How many wait for this reader; of very many it says `MOST_COUNTED`."""
    query = select(Ticket.id).where(may_read(reader), Ticket.state == said(TicketState.WAITING)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def answered_tickets(session: Session, reader: TicketReader, first: int, most: int) -> Sequence[Ticket]:
    """What was answered of what this reader may see, the latest first."""
    query = select(Ticket).where(may_read(reader), Ticket.state == said(TicketState.ANSWERED))
    return session.scalars(query.order_by(Ticket.answered_at.desc(), Ticket.id).offset(first).limit(most)).all()


def ticket_by_code(session: Session, commune_id: int, code: str) -> Ticket:
    """A commune's ticket by the code that follows it, with its history; NotFound for none."""
    query = select(Ticket).where(Ticket.code == code, Ticket.commune_id == commune_id)
    query = query.options(selectinload(Ticket.steps)).execution_options(populate_existing=True)
    return _found(session.scalars(query).one_or_none())


def tickets_sent_by(session: Session, commune_id: int, person_id: int) -> Sequence[Ticket]:
    """The newest tickets of somebody who wanted to hear of them in their account."""
    mine = select(TicketContact.ticket_id).where(TicketContact.person_id == person_id)
    query = select(Ticket).where(Ticket.id.in_(mine), Ticket.commune_id == commune_id)
    return session.scalars(query.order_by(Ticket.id.desc()).limit(MOST_OWN)).all()


def _found(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise NotFound(NO_TICKET)
    return ticket


def contact_of(session: Session, ticket_id: int) -> TicketContact | None:
    """Who sent a ticket. For officers who may read it alone; None where nobody said, or it is forgotten."""
    return session.scalar(select(TicketContact).where(TicketContact.ticket_id == ticket_id))


def ticket_photos(session: Session, ticket_id: int) -> Sequence[TicketPhoto]:
    """The pictures of a ticket. For officers who may read it alone."""
    return session.scalars(select(TicketPhoto).where(TicketPhoto.ticket_id == ticket_id).order_by(TicketPhoto.id)).all()


def ticket_photo(session: Session, reader: TicketReader, photo_id: int) -> TicketPhoto:
    """A picture of a ticket that an officer may read; NotFound for any other, and for helpers."""
    query = select(TicketPhoto).join(Ticket, Ticket.id == TicketPhoto.ticket_id)
    found = None if reader.is_helper else session.scalar(query.where(TicketPhoto.id == photo_id, may_read(reader)))
    if found is None:
        raise NotFound(NO_TICKET)
    return found


def who_may_answer(session: Session, ticket: Ticket, desk: Desk, now: datetime) -> frozenset[int]:
    """Who sits at a desk today and is not whom the ticket is about; the ticket is written already."""
    today = local_day(now)
    if desk is Desk.HELPER:
        held = Post.role == PostRole.HELPER, Post.hamlet_id == ticket.hamlet_id, Post.commune_id == ticket.commune_id
        lasts = Post.starts_on <= today, or_(Post.ends_on.is_(None), Post.ends_on >= today)
        people = set(session.scalars(select(Post.person_id).where(*held, *lasts)))
    else:
        seated = seats_taken(session, ticket.commune_id, now)[desk]
        people = set(seated) or officers_of(session, ticket.commune_id, today)
    shut_out = select(Person.id).where(Person.id.in_(people), Ticket.id == ticket.id, is_about(Person.id))
    return frozenset(people - set(session.scalars(shut_out)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatHolder:
    seat: DeskSeat
    name: str


def desk_seats(session: Session, commune_id: int) -> list[SeatHolder]:
    """Who sits at which desk."""
    query = select(DeskSeat, Person.name).join(Person, Person.id == DeskSeat.person_id)
    here = query.where(DeskSeat.commune_id == commune_id, DeskSeat.ended_at.is_(None))
    here = here.order_by(DeskSeat.desk, DeskSeat.id).limit(len(OFFICE_DESKS) * MOST_SEATS)
    return [SeatHolder(seat=seat, name=name) for seat, name in session.execute(here)]


def officer_names(session: Session, commune_id: int, now: datetime) -> dict[int, str]:
    """Who decides for a commune today, by name: sixty at most, as many as no commune has."""
    people = select(Person.id, Person.name).where(Person.id.in_(officers_of(session, commune_id, local_day(now))))
    return {
        person_id: name
        for person_id, name in session.execute(people.order_by(Person.name, Person.id).limit(MOST_OFFICERS))
    }


# --- the board --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLoad:
    """What waits at a desk, by age; how many of it are past their clock."""

    desk: Desk
    by_age: Mapping[Age, int]
    overdue: int

    @property
    def total(self) -> int:
        return sum(self.by_age.values())

    @property
    def words(self) -> str:
        return DESK_WORDS[self.desk]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketBoard:
    """What waits in a commune, and what was answered in thirty days, in numbers alone."""

    desks: Sequence[DeskLoad]
    answered: int
    satisfied: int
    unsatisfied: int

    @property
    def waiting(self) -> int:
        return sum(one.total for one in self.desks)

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.desks)


def ticket_board(session: Session, commune_id: int, now: datetime) -> TicketBoard:
    """Numbers of a commune's tickets: two statements."""
    ages = [(Ticket.sent_at > now - length, age.name) for age, length in YOUNGER_THAN.items()]
    age, is_late = case(*ages, else_=Age.MORE.name), case((Ticket.due_at < now, 1), else_=0)
    waiting = Ticket.commune_id == commune_id, Ticket.state == said(TicketState.WAITING)
    query = select(Ticket.desk, age, func.count(), func.sum(is_late)).where(*waiting).group_by(Ticket.desk, age)
    loads: dict[Desk, dict[Age, int]] = {desk: dict.fromkeys(Age, 0) for desk in Desk}
    late = dict.fromkeys(Desk, 0)
    for desk, name, number, overdue in session.execute(query):
        loads[desk][Age[name]] += number
        late[desk] += overdue
    of_late = Ticket.commune_id == commune_id, Ticket.answered_at > now - ANSWERED_OF_LATE
    yes, no = (func.sum(case((Ticket.satisfied.is_(value), 1), else_=0)) for value in (True, False))
    answered, satisfied, unsatisfied = session.execute(select(func.count(), yes, no).where(*of_late)).one()
    return TicketBoard(
        desks=[DeskLoad(desk=desk, by_age=loads[desk], overdue=late[desk]) for desk in Desk],
        answered=answered,
        satisfied=satisfied or 0,
        unsatisfied=unsatisfied or 0,
    )


def tickets_due(session: Session, now: datetime, *, most: int = 200) -> Sequence[int]:
    """Those whose clock is over, that all officers do not see yet."""
    over = Ticket.state == said(TicketState.WAITING), Ticket.due_at <= now, Ticket.escalated_at.is_(None)
    return session.scalars(select(Ticket.id).where(*over).order_by(Ticket.due_at).limit(most)).all()


def facts_of_ticket(ticket: Ticket) -> Facts:
    """What somebody decides on: where it lies, and how far it has come."""
    return {
        "nơi giải quyết": DESK_WORDS[ticket.desk],
        "phản ánh": "chờ trả lời" if ticket.state is TicketState.WAITING else "đã trả lời",
        "số lần ghi": str(len(ticket.steps)),
    }


def is_done_with(now: datetime) -> ColumnElement[bool]:
    """Of tickets: whether one was answered so long ago, or sent so much longer, that nobody need ask its sender."""
    answered = and_(Ticket.state == said(TicketState.ANSWERED), Ticket.answered_at < now - SENDER_KEPT)
    return or_(answered, Ticket.sent_at < now - WORDS_KEPT)


def photos_to_forget(session: Session, now: datetime, *, most: int = 200) -> Sequence[int]:
    """The pictures of tickets that are done with."""
    query = select(TicketPhoto.id).join(Ticket, Ticket.id == TicketPhoto.ticket_id).where(is_done_with(now))
    return session.scalars(query.order_by(TicketPhoto.id).limit(most)).all()


def seat_with_id(session: Session, commune_id: int, seat_id: int) -> DeskSeat:
    """A seat of a commune, taken or left; NotFound for another's."""
    seat = session.get(DeskSeat, seat_id)
    if seat is None or seat.commune_id != commune_id:
        raise NotFound
    return seat
