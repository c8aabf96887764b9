"""Tickets: sending one, answering it, handing it over, what its clock does, and what its sender says of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.jobs import enqueue
from market.base.secrets import random_key
from market.base.seen import check_seen
from market.catalog.rules import KeptPhoto
from market.feedback.models import Ticket, TicketContact, TicketPhoto, TicketStep
from market.feedback.queries.tickets import (
    TicketReader,
    contact_of,
    facts_of_ticket,
    may_read,
    seats_taken,
    ticket_terms,
    who_may_answer,
)
from market.feedback.rules.tickets import (
    DESK_WORDS,
    MOST_HANDOVERS,
    MOST_PICTURES,
    NO_TICKET,
    OFFICE_DESKS,
    AboutKind,
    Desk,
    TicketKind,
    TicketState,
    TicketStepKind,
    desks_for,
    may_go_to_helpers,
    new_ticket_code,
)
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.places.queries import hamlet_with_id, quiet_hours
from market.sellers.models import Business
from market.sellers.queries import officers_of
from market.values.period import local_day
from market.values.phone import Phone

FORGET_PICTURE = "forget_ticket_picture"
UNUSED_FOR = timedelta(days=1)
NOBODY_ELSE = (
    "Trên chợ không còn cán bộ nào khác người này để xem, nên chưa gửi: phản ánh không bao giờ đưa cho chính người bị "
    "nói tới. Mời gửi tới nơi tiếp nhận ghi ở cuối trang."
)
ANSWERED_ALREADY = "Phản ánh này đã có người trả lời. Chưa ghi gì, mời tải lại trang."


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBy:
    """Who sends a ticket, as far as they wish to say; all None: nobody is told."""

    name: str | None = None
    phone: Phone | None = None
    person_id: int | None = None

    @property
    def is_said(self) -> bool:
        return (self.name, self.phone, self.person_id) != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What somebody tells the commune. `business_id` where `about` is one, `officer_id` where it is an officer,
    `hamlet_id` at least where it is the hamlet's helpers. `photos` are kept already."""

    commune_id: int
    kind: TicketKind
    words: str
    page: str | None
    about: AboutKind
    business_id: int | None
    officer_id: int | None
    about_said: str | None
    hamlet_id: int | None
    photos: Sequence[KeptPhoto]
    sender: SentBy
    client_key: str | None


def reserve_picture(session: Session) -> str:
    """The key under which a picture is to be stored; its files are forgotten in a day unless a ticket has it."""
    key = random_key()
    enqueue(session, FORGET_PICTURE, {"key": key}, after=UNUSED_FOR)
    return key


def is_picture_used(session: Session, key: str) -> bool:
    return session.scalar(select(TicketPhoto.id).where(TicketPhoto.key == key)) is not None


def forget_photo(session: Session, photo_id: int) -> bool:
    """Drop a picture, and have its files dropped; whether it was there."""
    photo = session.get(TicketPhoto, photo_id)
    if photo is None:
        return False
    session.delete(photo)
    session.flush()
    enqueue(session, FORGET_PICTURE, {"key": photo.key})
    return True


def send_ticket(session: Session, new: NewTicket, *, clock: Clock) -> str:
    """Keep a ticket and bring it to its desk; returns the code that follows it. The same form again adds nothing.

    No event and no step names who sent it. Refused where nobody is left who may read it, or whom it is about is not
    said; NotFound for a business, hamlet or officer that the commune does not have.
    """
    now = clock()
    pictures = tuple(one.digest for one in new.photos)
    content = (new.kind, new.words, new.about, new.business_id, new.officer_id, new.hamlet_id, new.sender, pictures)
    sent = SentForm(key=new.client_key, content=content, told="phản ánh của bạn")
    if used_before(session, f"tickets:{new.commune_id}", sent, now=now):
        mine = Ticket.commune_id == new.commune_id, Ticket.client_key == new.client_key
        return session.scalars(select(Ticket.code).where(*mine)).one()
    _check_new(session, new, now)
    ticket = _ticket(new, now)
    session.add(ticket)
    session.flush()
    _bring(session, ticket, _desks(session, ticket, now), now, missing=NOBODY_ELSE)
    _add_parts(session, ticket, new, now)
    _add_step(session, GUEST, ticket, TicketStepKind.SENT, None, now=now)
    return ticket.code


def _check_new(session: Session, new: NewTicket, now: datetime) -> None:
    if len(new.photos) > MOST_PICTURES:
        raise Refused("too_many_photos", f"Gửi nhiều nhất {MOST_PICTURES} ảnh. Mời chọn lại.")
    if new.hamlet_id is not None:
        hamlet_with_id(session, new.commune_id, new.hamlet_id)
    elif new.about is AboutKind.HELPER:
        raise Refused("no_hamlet", "Mời chọn thôn: phản ánh về Tổ công nghệ số thì không đưa cho Tổ của thôn ấy.")
    if new.about is AboutKind.OFFICER and new.officer_id not in officers_of(session, new.commune_id, local_day(now)):
        raise Refused("no_officer", "Mời chọn tên cán bộ: không biết là ai thì chợ có thể đưa đúng cho người ấy.")
    if new.about is AboutKind.BUSINESS:
        business = session.get(Business, new.business_id) if new.business_id else None
        if business is None or business.commune_id != new.commune_id:
            raise NotFound


def _ticket(new: NewTicket, now: datetime) -> Ticket:
    return Ticket(
        commune_id=new.commune_id,
        code=new_ticket_code(),
        client_key=new.client_key,
        kind=new.kind,
        words=new.words,
        page=new.page,
        about=new.about,
        about_business_id=new.business_id if new.about is AboutKind.BUSINESS else None,
        about_person_id=new.officer_id if new.about is AboutKind.OFFICER else None,
        about_said=new.about_said,
        hamlet_id=new.hamlet_id,
        desk=Desk.CULTURE,
        sent_at=now,
        due_at=now,
    )


def _desks(session: Session, ticket: Ticket, now: datetime) -> Sequence[Desk]:
    """The desks that may answer it, the first choice first; one at which sits whom it is about comes last."""
    desks = desks_for(ticket.kind, ticket.about, has_hamlet=ticket.hamlet_id is not None)
    if ticket.about_person_id is None:
        return desks
    seats = seats_taken(session, ticket.commune_id, now)
    return sorted(desks, key=lambda desk: ticket.about_person_id in seats.get(desk, ()))


def _bring(session: Session, ticket: Ticket, desks: Sequence[Desk], now: datetime, *, missing: str) -> None:
    """To the first of these desks at which somebody sits whom it is not about; its clock begins there. Refused
    (`missing`) where there is none."""
    desk = next((one for one in desks if who_may_answer(session, ticket, one, now)), None)
    if desk is None:
        raise Refused("nobody_else", missing)
    ticket.desk = desk
    _wind(session, ticket, now)


def _wind(session: Session, ticket: Ticket, now: datetime) -> None:
    """Its clock begins anew, by the desk at which it lies."""
    terms, quiet = ticket_terms(session, ticket.commune_id, now), quiet_hours(session, ticket.commune_id)
    ticket.state = TicketState.WAITING
    ticket.due_at = terms.due(ticket.desk, now, quiet, is_escalated=ticket.escalated_at is not None)
    session.flush()


def _add_parts(session: Session, ticket: Ticket, new: NewTicket, now: datetime) -> None:
    of_it = {"commune_id": ticket.commune_id, "ticket_id": ticket.id}
    for photo in new.photos:
        session.add(TicketPhoto(**of_it, key=photo.key, width=photo.width, height=photo.height, sent_at=now))
    sender = new.sender
    if sender.is_said:
        session.add(TicketContact(**of_it, name=sender.name, phone=sender.phone, person_id=sender.person_id))
    session.flush()


def _add_step(
    session: Session, actor: Actor, ticket: Ticket, kind: TicketStepKind, words: str | None, *, now: datetime
) -> TicketStep:
    """Write down what happened at the ticket's desk, with its event: of no business, and of nobody who sent it."""
    number = len(ticket.steps) + 1
    step = TicketStep(
        commune_id=ticket.commune_id,
        ticket_id=ticket.id,
        number=number,
        kind=kind,
        desk=ticket.desk,
        words=words or None,
        actor_id=actor.person_id,
        at=now,
    )
    session.add(step)
    session.flush()
    session.expire(ticket, ["steps"])
    change = Change(
        verb=f"ticket_{kind.name.lower()}", subject="ticket", subject_id=ticket.id, commune_id=ticket.commune_id
    )
    record(session, actor, change, now=now)
    return step


# --- who answers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswer:
    """What a ticket is answered, which its sender reads. `seen`: `seen_of(facts_of_ticket(…))` of the page."""

    words: str
    seen: str


def answer_ticket(
    session: Session, actor: Actor, reader: TicketReader, ticket_id: int, new: TicketAnswer, *, clock: Clock
) -> None:
    """Answer a ticket that waits; its sender reads it by the code, and hears of it where they said so. Idempotent.

    Conflict where it was answered otherwise meanwhile, ChangedSince where it is not what the page showed, NotFound for
    one that this reader may not see, as it stands under its lock.
    """
    ticket, now = _locked(session, reader, ticket_id, clock)
    _refuse_hidden(session, reader, ticket_id)
    if ticket.state is TicketState.ANSWERED:
        last = ticket.steps[-1]
        if (last.kind, last.words, last.actor_id) == (TicketStepKind.ANSWERED, new.words, actor.person_id):
            return
        raise Conflict("answered_already", ANSWERED_ALREADY)
    check_seen(new.seen, facts_of_ticket(ticket))
    ticket.state, ticket.due_at, ticket.answered_at, ticket.satisfied = TicketState.ANSWERED, None, now, None
    step = _add_step(session, actor, ticket, TicketStepKind.ANSWERED, new.words, now=now)
    _tell_sender(session, ticket, step)


def _locked(session: Session, reader: TicketReader, ticket_id: int, clock: Clock) -> tuple[Ticket, datetime]:
    here = Ticket.id == ticket_id, Ticket.commune_id == reader.commune_id
    return locked(session, Ticket, *here, missing=NO_TICKET).row, clock()


def _refuse_hidden(session: Session, reader: TicketReader, ticket_id: int) -> None:
    """NotFound where this reader may not see the locked ticket as it stands now."""
    if session.scalar(select(Ticket.id).where(Ticket.id == ticket_id, may_read(reader))) is None:
        raise NotFound(NO_TICKET)


def _tell_sender(session: Session, ticket: Ticket, step: TicketStep) -> None:
    """Who left their account hears that there is an answer: not what it says, and not of what."""
    contact = contact_of(session, ticket.id)
    if contact is None or contact.person_id is None:
        return
    message = Message(
        commune_id=ticket.commune_id,
        dedupe_key=news_key("ticket_step", step.id, News.TICKET_ANSWERED, step.at),
        kind=News.TICKET_ANSWERED,
        sentence="Phản ánh bạn gửi đã có trả lời. Mời mở trang Phản ánh để đọc.",
        person_id=contact.person_id,
    )
    enqueue_notifications(session, [message], now=step.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """To which desk a ticket goes, and why, which its sender reads. `seen` as of `TicketAnswer`."""

    desk: Desk
    reason: str
    seen: str


def hand_over(
    session: Session, actor: Actor, reader: TicketReader, ticket_id: int, new: Handover, *, clock: Clock
) -> None:
    """Hand a ticket that waits to another desk; its clock begins anew there. Idempotent.

    Refused for the desk where it lies, one at which nobody sits whom it is not about, helpers where it is about them,
    and after too many times; Conflict, ChangedSince and NotFound as `answer_ticket`.
    """
    ticket, now = _locked(session, reader, ticket_id, clock)
    if _went(ticket, actor, new):
        return
    _refuse_hidden(session, reader, ticket_id)
    if ticket.state is TicketState.ANSWERED:
        raise Conflict("answered_already", ANSWERED_ALREADY)
    check_seen(new.seen, facts_of_ticket(ticket))
    _check_handover(ticket, new)
    missing = f"{DESK_WORDS[new.desk]} chưa có ai xem được phản ánh này. Mời chọn nơi khác hoặc trả lời tại đây."
    _bring(session, ticket, [new.desk], now, missing=missing)
    _add_step(session, actor, ticket, TicketStepKind.HANDED_OVER, new.reason, now=now)


def _went(ticket: Ticket, actor: Actor, new: Handover) -> bool:
    """Whether this very hand-over was the last that happened: who made it may not see the ticket any more."""
    last, done = ticket.steps[-1], (TicketStepKind.HANDED_OVER, new.desk, new.reason, actor.person_id)
    return (last.kind, last.desk, last.words, last.actor_id) == done


def _check_handover(ticket: Ticket, new: Handover) -> None:
    if new.desk is ticket.desk:
        raise Refused("same_desk", "Phản ánh đang ở đúng nơi đó. Mời chọn nơi khác.")
    if new.desk is Desk.HELPER and (ticket.hamlet_id is None or not may_go_to_helpers(ticket.about)):
        raise Refused("not_to_helpers", "Phản ánh này không đưa Tổ công nghệ số được: chưa rõ thôn, hoặc nói về họ.")
    if sum(step.kind is TicketStepKind.HANDED_OVER for step in ticket.steps) >= MOST_HANDOVERS:
        raise Refused("too_many_handovers", f"Đã chuyển {MOST_HANDOVERS} lần rồi. Mời trả lời tại đây.")


# --- its clock, and its sender ----------------------------------------------------------------------------------------


def escalate(session: Session, ticket_id: int, *, clock: Clock) -> bool:
    """What the clock does: what helpers leave goes to the office, what a desk leaves to all officers whom it is not
    about. False where somebody was first. NotFound for no such ticket, Refused as
    `send_ticket`."""
    ticket = locked(session, Ticket, Ticket.id == ticket_id, missing=NO_TICKET).row
    now = clock()
    is_over = ticket.state is TicketState.WAITING and ticket.due_at is not None and ticket.due_at <= now
    if not is_over or ticket.escalated_at is not None:
        return False
    _raise(session, ticket, now)
    _add_step(session, GUEST, ticket, TicketStepKind.ESCALATED, None, now=now)
    return True


def _raise(session: Session, ticket: Ticket, now: datetime) -> None:
    if ticket.desk is Desk.HELPER:
        desks = [desk for desk in _desks(session, ticket, now) if desk in OFFICE_DESKS]
        if any(who_may_answer(session, ticket, desk, now) for desk in desks):
            _bring(session, ticket, desks, now, missing=NOBODY_ELSE)
            return
        ticket.desk = desks[0]
    ticket.escalated_at = ticket.escalated_at or now
    _wind(session, ticket, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRating:
    """What the sender says of the answer. `seen` as of `TicketAnswer`."""

    is_satisfied: bool
    seen: str


def rate_answer(session: Session, commune_id: int, code: str, said: AnswerRating, *, clock: Clock) -> None:
    """The sender, by the code, is satisfied with the answer or is not; the first time not, the ticket goes on, to all
    officers whom it is not about. Idempotent.

    Conflict where nothing was answered, ChangedSince where it is not what their page showed, NotFound for no such code,
    Refused as `send_ticket`.
    """
    here = Ticket.code == code, Ticket.commune_id == commune_id
    ticket = locked(session, Ticket, *here, missing=NO_TICKET).row
    now = clock()
    if ticket.satisfied is said.is_satisfied:
        return
    if ticket.state is not TicketState.ANSWERED or ticket.satisfied is not None:
        raise Conflict("not_answered", "Không có trả lời mới nào chờ bạn chấm. Mời tải lại trang.")
    check_seen(said.seen, facts_of_ticket(ticket))
    ticket.satisfied = said.is_satisfied
    kind = TicketStepKind.SATISFIED if said.is_satisfied else TicketStepKind.UNSATISFIED
    _add_step(session, GUEST, ticket, kind, None, now=now)
    if said.is_satisfied or ticket.reopened_at is not None:
        return
    ticket.reopened_at = now
    if ticket.desk is not Desk.HELPER:
        ticket.escalated_at = ticket.escalated_at or now
    _raise(session, ticket, now)


def forget_sender(session: Session, commune_id: int, code: str, *, clock: Clock) -> None:
    """The sender, by the code, takes back who they are and their pictures; what they wrote stays. Idempotent. NotFound
    for no such code."""
    here = Ticket.code == code, Ticket.commune_id == commune_id
    ticket = locked(session, Ticket, *here, missing=NO_TICKET).row
    contact = contact_of(session, ticket.id)
    photos = session.scalars(select(TicketPhoto.id).where(TicketPhoto.ticket_id == ticket.id)).all()
    if contact is None and not photos:
        return
    if contact is not None:
        session.delete(contact)
    for photo_id in photos:
        forget_photo(session, photo_id)
    session.flush()
    change = Change(verb="ticket_forget_sender", subject="ticket", subject_id=ticket.id, commune_id=commune_id)
    record(session, GUEST, change, now=clock())
