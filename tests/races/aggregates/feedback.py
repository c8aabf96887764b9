"""What people tell the commune: tickets that wait and that were answered, who sits at a desk, ideas, stories."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.seen import seen_of
from market.feedback.actions.ideas import IdeaDecision, NewIdea, decide_idea, send_idea, set_wish
from market.feedback.actions.seats import leave_seat, take_seat
from market.feedback.actions.stories import (
    NewStory,
    StoryText,
    change_story,
    give_story_consent,
    publish_story,
    record_story_paper,
    take_story_back,
    withdraw_story_consent,
    write_story,
)
from market.feedback.actions.tickets import (
    AnswerRating,
    Handover,
    NewTicket,
    SentBy,
    TicketAnswer,
    answer_ticket,
    escalate,
    forget_sender,
    hand_over,
    rate_answer,
    send_ticket,
)
from market.feedback.models import DeskSeat, Idea, Story, StoryConsent, Ticket, TicketContact, TicketStep
from market.feedback.queries.ideas import facts_of_idea
from market.feedback.queries.stories import facts_of_story
from market.feedback.queries.tickets import facts_of_ticket, officer_reader
from market.feedback.rules.ideas import IdeaState
from market.feedback.rules.stories import StoryGround
from market.feedback.rules.tickets import AboutKind, Desk, TicketKind
from tests.cast import Cast
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

Act = Callable[[Session, int, str], None]
A_WEEK_AGO = timedelta(days=7)


def a_week_ago() -> datetime:
    return running_now() - A_WEEK_AGO


def _seen_first(facts: Callable[[int], str]) -> tuple[dict[int, str], Callable[[int], int], Callable[[Act], Move]]:
    """What the page of each fresh one showed: every move decides on that."""
    shown: dict[int, str] = {}

    def begun(at: int) -> int:
        reading().expire_all()
        shown[at] = facts(at)
        return at

    def on(act: Act) -> Move:
        return writing(lambda session, at: act(session, at, shown[at]))

    return shown, begun, on


def _sent(cast: Cast) -> int:
    new = NewTicket(
        commune_id=cast.commune,
        kind=TicketKind.GOODS,
        words="Rau héo",
        page=None,
        about=AboutKind.NOBODY,
        business_id=None,
        officer_id=None,
        about_said=None,
        hamlet_id=None,
        photos=(),
        sender=SentBy(name="Mai"),
        client_key=None,
    )
    with transaction() as session:
        code = send_ticket(session, new, clock=a_week_ago)
        return session.scalars(select(Ticket.id).where(Ticket.code == code)).one()


def _ticket(session: Session, at: int) -> object:
    row = session.get_one(Ticket, at, populate_existing=True)
    steps = select(TicketStep.kind, TicketStep.desk, TicketStep.words).where(TicketStep.ticket_id == at)
    told = [tuple(one) for one in session.execute(steps.order_by(TicketStep.number))]
    senders = session.scalar(select(func.count(TicketContact.id)).where(TicketContact.ticket_id == at))
    stands = row.state, row.desk, row.satisfied, row.escalated_at is None, row.reopened_at is None
    return stands, told, senders, verbs_of(session, "ticket", at)


def _page_of_ticket(at: int) -> str:
    return seen_of(facts_of_ticket(reading().get_one(Ticket, at)))


def _answered(cast: Cast, words: str) -> Act:
    def act(session: Session, at: int, seen: str) -> None:
        reader = officer_reader(session, cast.commune, cast.hung, running_now())
        answer_ticket(
            session, Actor(person_id=cast.hung), reader, at, TicketAnswer(words=words, seen=seen), clock=running_now
        )

    return act


def waiting_tickets(cast: Cast) -> Aggregate:
    """What is past its clock is answered twice, handed over, brought up, and its sender takes back who they are."""
    _, begun, on = _seen_first(_page_of_ticket)

    def away(session: Session, at: int, seen: str) -> None:
        reader = officer_reader(session, cast.commune, cast.hung, running_now())
        new = Handover(desk=Desk.POLICE, reason="Lừa", seen=seen)
        hand_over(session, Actor(person_id=cast.hung), reader, at, new, clock=running_now)

    def forget(session: Session, at: int, _seen: str) -> None:
        code = session.scalars(select(Ticket.code).where(Ticket.id == at)).one()
        forget_sender(session, cast.commune, code, clock=running_now)

    def bring_up(session: Session, at: int, _seen: str) -> None:
        escalate(session, at, clock=running_now)

    moves: dict[str, Move] = {
        "answer": on(_answered(cast, "Đã nhắc")),
        "answer otherwise": on(_answered(cast, "Đã phạt")),
        "hand over": on(away),
        "bring up": on(bring_up),
        "forget": on(forget),
    }
    return Aggregate(start=lambda: begun(_sent(cast)), moves=moves, picture=_ticket, tables=["ticket"])


def answered_tickets(cast: Cast) -> Aggregate:
    """Its sender is satisfied with the answer on one phone and not on another."""
    _, begun, on = _seen_first(_page_of_ticket)

    def start() -> int:
        at = begun(_sent(cast))
        with transaction() as session:
            _answered(cast, "Đã nhắc")(session, at, _page_of_ticket(at))
        return begun(at)

    def say(*, is_satisfied: bool) -> Move:
        def act(session: Session, at: int, seen: str) -> None:
            code = session.scalars(select(Ticket.code).where(Ticket.id == at)).one()
            said = AnswerRating(is_satisfied=is_satisfied, seen=seen)
            rate_answer(session, cast.commune, code, said, clock=running_now)

        return on(act)

    moves: dict[str, Move] = {"satisfied": say(is_satisfied=True), "not satisfied": say(is_satisfied=False)}
    return Aggregate(start=start, moves=moves, picture=_ticket, tables=["ticket"])


def desk_seats(cast: Cast) -> Aggregate:
    """An officer is given a seat at a desk, twice, and leaves the one they have."""

    def start() -> int:
        with transaction() as session:
            for seat in session.scalars(select(DeskSeat).where(DeskSeat.ended_at.is_(None))):
                seat.ended_at = running_now()
            seat = DeskSeat(commune_id=cast.commune, desk=Desk.CULTURE, person_id=cast.hung, since=running_now())
            session.add(seat)
            session.flush()
            return seat.id

    def take(session: Session, _at: int) -> None:
        take_seat(session, Actor(person_id=cast.hung), cast.commune, Desk.CULTURE, cast.hung, clock=running_now)

    def leave(session: Session, at: int) -> None:
        leave_seat(session, Actor(person_id=cast.hung), cast.commune, at, clock=running_now)

    def picture(session: Session, at: int) -> object:
        sits = select(func.count(DeskSeat.id)).where(DeskSeat.ended_at.is_(None))
        return session.scalar(sits), verbs_of(session, "desk_seat", at)

    moves: dict[str, Move] = {"take": writing(take), "leave": writing(leave)}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["commune"])


def ideas(cast: Cast) -> Aggregate:
    """An officer puts an idea up or says no; its sender takes their wish back."""
    _, begun, on = _seen_first(lambda at: seen_of(facts_of_idea(reading().get_one(Idea, at))))

    def start() -> int:
        new = NewIdea(
            commune_id=cast.commune,
            title="Chợ tối",
            words="Mở chợ tối",
            signed=None,
            phone=None,
            person_id=None,
            may_publish=True,
            client_key=None,
        )
        with transaction() as session:
            code = send_idea(session, new, clock=running_now)
            at = session.scalars(select(Idea.id).where(Idea.code == code)).one()
        return begun(at)

    def decide(state: IdeaState, *, is_published: bool) -> Move:
        def act(session: Session, at: int, seen: str) -> None:
            new = IdeaDecision(state=state, reason="Vì thế", is_published=is_published, seen=seen)
            decide_idea(session, Actor(person_id=cast.hung), cast.commune, at, new, clock=running_now)

        return on(act)

    def unwish(session: Session, at: int, seen: str) -> None:
        code = session.scalars(select(Idea.code).where(Idea.id == at)).one()
        set_wish(session, cast.commune, code, seen, may_publish=False, clock=running_now)

    def picture(session: Session, at: int) -> object:
        row = session.get_one(Idea, at, populate_existing=True)
        return row.state, row.may_publish, row.published_at is None, verbs_of(session, "idea", at)

    moves: dict[str, Move] = {
        "put up": decide(IdeaState.DOING, is_published=True),
        "say no": decide(IdeaState.NOT_DOING, is_published=False),
        "take back": on(unwish),
    }
    return Aggregate(start=start, moves=moves, picture=picture, tables=["idea"])


TEXT = StoryText(title="Bà Lan bán rau", words="Bà kể.", bulletin="Mời nghe.")
OTHER = StoryText(title="Bà Lan bán rau", words="Bà kể khác.", bulletin="Mời nghe.")


def stories(cast: Cast) -> Aggregate:
    """What bà Lan agreed to is put up, changed, and taken back by her and by the office."""
    told = _Told(cast)
    moves = {"put up": told.put_up, "withdraw": told.withdraw, "take back": told.take_back, "change": told.change}
    return told.aggregate(moves, is_agreed=True)


def new_stories(cast: Cast) -> Aggregate:
    """Bà Lan agrees while an officer writes down her paper, and the text changes."""
    told = _Told(cast)
    return told.aggregate({"agree": told.agree, "paper": told.paper, "change": told.change}, is_agreed=False)


class _Told:
    """A story of bà Lan, and what is done to it."""

    def __init__(self, cast: Cast) -> None:
        self.commune, self.business = cast.commune, cast.lan.business
        self.hung, self.lan = Actor(person_id=cast.hung), Actor(person_id=cast.lan.person)

    def aggregate(self, acts: Mapping[str, Act], *, is_agreed: bool) -> Aggregate:
        _, begun, on = _seen_first(lambda at: seen_of(facts_of_story(reading(), reading().get_one(Story, at))))

        def start() -> int:
            at = begun(self.write())
            if is_agreed:
                on(self.agree)(at)
            return begun(at)

        moves: dict[str, Move] = {name: on(act) for name, act in acts.items()}
        return Aggregate(start=start, moves=moves, picture=_story, tables=["story"])

    def write(self) -> int:
        whose = {"commune_id": self.commune, "business_id": self.business}
        new = NewStory(**whose, ground=StoryGround.OTHER, text=TEXT, client_key=None)
        with transaction() as session:
            return write_story(session, self.hung, new, clock=running_now)

    def agree(self, session: Session, at: int, seen: str) -> None:
        give_story_consent(session, self.lan, self.business, at, seen, clock=running_now)

    def paper(self, session: Session, at: int, seen: str) -> None:
        record_story_paper(session, self.hung, self.commune, at, "Giấy bà Lan ký", seen, clock=running_now)

    def change(self, session: Session, at: int, seen: str) -> None:
        change_story(session, self.hung, self.commune, at, OTHER, seen, clock=running_now)

    def put_up(self, session: Session, at: int, seen: str) -> None:
        publish_story(session, self.hung, self.commune, at, seen, clock=running_now)

    def withdraw(self, session: Session, at: int, _seen: str) -> None:
        withdraw_story_consent(session, self.lan, self.business, at, clock=running_now)

    def take_back(self, session: Session, at: int, _seen: str) -> None:
        take_story_back(session, self.hung, self.commune, at, clock=running_now)


def _story(session: Session, at: int) -> object:
    row = session.get_one(Story, at, populate_existing=True)
    consents = select(StoryConsent.digest, StoryConsent.withdrawn_at.is_(None)).where(StoryConsent.story_id == at)
    agreed = sorted(tuple(one) for one in session.execute(consents))
    return row.words, row.published_at is None, agreed, verbs_of(session, "story", at)
