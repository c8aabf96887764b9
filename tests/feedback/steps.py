"""Steps of tickets: somebody sends one, somebody looks, somebody answers."""

from sqlalchemy import select

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.seen import seen_of
from market.feedback.actions.tickets import (
    AnswerRating,
    Handover,
    NewTicket,
    SentBy,
    TicketAnswer,
    answer_ticket,
    hand_over,
    rate_answer,
    send_ticket,
)
from market.feedback.models import Ticket
from market.feedback.queries.tickets import (
    TicketReader,
    facts_of_ticket,
    helper_reader,
    officer_reader,
    ticket_by_code,
    waiting_tickets,
)
from market.feedback.rules.tickets import AboutKind, Desk, TicketKind
from market.places.models import Commune
from market.sellers.models import PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock


def send(cast: Cast, now: Clock, **said: object) -> str:
    """Somebody tells of a difficulty in Nghĩa Dũng; `said` tells otherwise. The code."""
    new: dict[str, object] = {
        "commune_id": cast.commune,
        "kind": TicketKind.DIFFICULTY,
        "words": "Không gửi được ảnh lên chợ",
        "page": "/",
        "about": AboutKind.NOBODY,
        "business_id": None,
        "officer_id": None,
        "about_said": None,
        "hamlet_id": cast.nghia_dung,
        "photos": (),
        "sender": SentBy(),
        "client_key": None,
    }
    with transaction() as session:
        return send_ticket(session, NewTicket(**{**new, **said}), clock=now)  # type: ignore[arg-type]


def ticket(cast: Cast, code: str) -> Ticket:
    reading().expire_all()
    return ticket_by_code(reading(), cast.commune, code)


def officer(cast: Cast, now: Clock, person: int | None = None) -> TicketReader:
    reading().expire_all()
    return officer_reader(reading(), cast.commune, person or cast.hung, now())


def helper(cast: Cast, person: int | None = None) -> TicketReader:
    return helper_reader(cast.commune, person or cast.vy, frozenset({cast.nghia_dung}))


def sees(reader: TicketReader, code: str) -> bool:
    reading().expire_all()
    return code in [one.code for one in waiting_tickets(reading(), reader, 0, 100)]


def seen(cast: Cast, code: str) -> str:
    return seen_of(facts_of_ticket(ticket(cast, code)))


def answer(cast: Cast, reader: TicketReader, code: str, now: Clock, words: str = "Em đã đến chỉ") -> None:
    new = TicketAnswer(words=words, seen=seen(cast, code))
    with transaction() as session:
        whose = Actor(person_id=reader.person_id)
        answer_ticket(session, whose, reader, _id(code), new, clock=now)


def hand(
    cast: Cast, reader: TicketReader, code: str, desk: Desk, now: Clock, reason: str = "Không phải việc này"
) -> None:
    new = Handover(desk=desk, reason=reason, seen=seen(cast, code))
    with transaction() as session:
        hand_over(session, Actor(person_id=reader.person_id), reader, _id(code), new, clock=now)


def rate(cast: Cast, code: str, now: Clock, *, is_satisfied: bool) -> None:
    said = AnswerRating(is_satisfied=is_satisfied, seen=seen(cast, code))
    with transaction() as session:
        rate_answer(session, cast.commune, code, said, clock=now)


def _id(code: str) -> int:
    return reading().scalars(select(Ticket.id).where(Ticket.code == code)).one()


def another_officer(cast: Cast, now: Clock, name: str = "Bùi Thị Ngọc", phone: str = "0900 000 003") -> int:
    with transaction() as session:
        person = make.make_person(session, session.get_one(Commune, cast.commune), name, phone, now())
        make.make_post(session, person, PostRole.OFFICER, None, now())
        return person.id
