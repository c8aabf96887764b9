"""Tickets: to whom they come, to whom never, their clock, their answer, and what is forgotten of who sent them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from market.accounts.models import Consent, ConsentPurpose
from market.base.audit import Actor, Event
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.retention import apply_rules
from market.catalog import pictures
from market.feedback.actions.seats import take_seat
from market.feedback.actions.tickets import SentBy, escalate, forget_sender, reserve_picture
from market.feedback.jobs import escalate_tickets, forget_picture, forget_ticket_photos
from market.feedback.models import Ticket, TicketContact, TicketPhoto
from market.feedback.queries.tickets import contact_of, ticket_board, ticket_for, tickets_sent_by, who_may_answer
from market.feedback.retention import RULES
from market.feedback.rules.tickets import (
    CODE_BODY,
    MOST_HANDOVERS,
    SENDER_KEPT,
    WORDS_KEPT,
    AboutKind,
    Age,
    Desk,
    TicketKind,
    TicketState,
    TicketStepKind,
    desks_for,
    parse_ticket_code,
)
from market.notices.models import Notice
from market.sellers.models import BankAccount, Business, BusinessMember, ClaimState, HolderRelation, Post, PostRole
from market.values.period import format_moment
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.events import events_of
from tests.feedback.steps import another_officer, answer, hand, helper, officer, rate, seen, sees, send, ticket
from tests.nights import in_turns
from tests.web.base.world import plain_row

State, Step = TicketState, TicketStepKind


def test_a_difficulty_goes_to_the_hamlet_s_helpers_fraud_to_the_police_the_rest_to_the_office(
    cast: Cast, now: Clock
) -> None:
    at_home = send(cast, now)
    fraud = send(cast, now, kind=TicketKind.FRAUD)
    nowhere = send(cast, now, hamlet_id=None)
    no_helper = send(cast, now, hamlet_id=cast.mo_doan)
    desks = [ticket(cast, code).desk for code in (at_home, fraud, nowhere, no_helper)]
    assert desks == [Desk.HELPER, Desk.POLICE, Desk.CULTURE, Desk.CULTURE]
    assert [sees(helper(cast), code) for code in (at_home, fraud, nowhere)] == [True, False, False]
    assert parse_ticket_code(at_home.lower()) == at_home
    assert len(at_home) == CODE_BODY + 3


@in_turns
@pytest.mark.parametrize(
    "tie", ["member", "claims it", "was a member", "mandate", "ended mandate", "phone", "kin", "family account"]
)
def test_who_stands_behind_a_business_never_sees_what_is_said_of_it(cast: Cast, now: Clock, tie: str) -> None:
    """Neither as an officer, nor by the code of another desk; the office's other officer does."""
    tied = another_officer(cast, now)
    with transaction() as session:
        business = session.get_one(Business, cast.lan.business)
        state = ClaimState.PENDING if tie == "claims it" else ClaimState.CONFIRMED
        if tie == "phone":
            business.phone = Phone("0900 000 003")
        elif tie == "kin":
            session.get_one(make.Person, tied).phone = Phone("0900 000 011")
        elif tie == "family account":
            consent = plain_row(session, Consent, now(), person_id=tied, purpose=ConsentPurpose.FAMILY_ACCOUNT)
            account = session.scalars(select(BankAccount).where(BankAccount.business_id == business.id)).one()
            account.relation, account.consent_id = HolderRelation.FAMILY, consent.id
        elif "mandate" in tie:
            hung, person = (session.get_one(make.Person, one) for one in (cast.hung, tied))
            mandate = make.make_mandate(session, business, person, hung, now())
            mandate.revoked_at = now() if tie == "ended mandate" else None
        else:
            ended = now() if tie == "was a member" else None
            ends = {"business_id": business.id, "person_id": tied, "state": state, "claimed_at": now()}
            session.add(BusinessMember(**ends, ended_at=ended))
    code = send(cast, now, kind=TicketKind.GOODS, about=AboutKind.BUSINESS, business_id=cast.lan.business)
    assert (sees(officer(cast, now), code), sees(officer(cast, now, tied), code)) == (True, False)
    with pytest.raises(NotFound):
        ticket_for(reading(), officer(cast, now, tied), ticket(cast, code).id)
    with pytest.raises(NotFound):
        answer(cast, officer(cast, now, tied), code, now)
    assert who_may_answer(reading(), ticket(cast, code), Desk.CULTURE, now()) == {cast.hung}
    now.move(days=6)
    assert escalate_tickets(now()) == 1
    assert (sees(officer(cast, now), code), sees(officer(cast, now, tied), code)) == (True, False)


def test_a_helper_with_a_mandate_of_a_business_is_not_given_what_is_said_of_it(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        vy, hung = (session.get_one(make.Person, one) for one in (cast.vy, cast.hung))
        make.make_mandate(session, session.get_one(Business, cast.lan.business), vy, hung, now())
    about = {"about": AboutKind.BUSINESS, "business_id": cast.lan.business}
    code = send(cast, now, **about)
    assert ticket(cast, code).desk is Desk.CULTURE
    with pytest.raises(Refused, match="chưa có ai xem được"):
        hand(cast, officer(cast, now), code, Desk.HELPER, now)


def test_what_is_about_helpers_never_comes_to_one_of_that_hamlet(cast: Cast, now: Clock) -> None:
    """Not even to one who has become an officer; and no row of a database can say otherwise."""
    code = send(cast, now, about=AboutKind.HELPER)
    assert ticket(cast, code).desk is Desk.CULTURE
    with pytest.raises(Refused, match="không đưa Tổ công nghệ số được"):
        hand(cast, officer(cast, now), code, Desk.HELPER, now)
    with transaction() as session:
        make.make_post(session, session.get_one(make.Person, cast.vy), PostRole.OFFICER, None, now())
    assert (sees(officer(cast, now), code), sees(officer(cast, now, cast.vy), code)) == (True, False)
    with pytest.raises(Refused, match="Mời chọn thôn"):
        send(cast, now, about=AboutKind.HELPER, hamlet_id=None)
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Ticket, ticket(cast, code).id).desk = Desk.HELPER
    for kind in TicketKind:
        for about in (AboutKind.HELPER, AboutKind.OFFICER):
            assert Desk.HELPER not in desks_for(kind, about, has_hamlet=True)


def test_what_is_about_an_officer_comes_to_another_and_where_there_is_none_it_is_not_taken(
    cast: Cast, now: Clock
) -> None:
    about = {"kind": TicketKind.CONDUCT, "about": AboutKind.OFFICER, "officer_id": cast.hung}
    with pytest.raises(Refused, match="không còn cán bộ nào khác"):
        send(cast, now, **about)
    assert reading().scalar(select(func.count(Ticket.id))) == 0
    ngoc = another_officer(cast, now)
    with transaction() as session:
        take_seat(session, Actor(person_id=ngoc), cast.commune, Desk.CULTURE, cast.hung, clock=now)
    code = send(cast, now, **about)
    assert ticket(cast, code).desk is Desk.POLICE, "their own desk comes last"
    assert (sees(officer(cast, now), code), sees(officer(cast, now, ngoc), code)) == (False, True)
    with pytest.raises(Refused, match="Mời chọn tên cán bộ"):
        send(cast, now, **about | {"officer_id": cast.vy})


def test_an_officer_sees_what_lies_at_their_desks(cast: Cast, now: Clock) -> None:
    ngoc = another_officer(cast, now)
    for desk, person in ((Desk.POLICE, ngoc), (Desk.CULTURE, cast.hung)):
        with transaction() as session:
            take_seat(session, Actor(person_id=cast.hung), cast.commune, desk, person, clock=now)
    fraud, other, home = send(cast, now, kind=TicketKind.FRAUD), send(cast, now, hamlet_id=None), send(cast, now)
    assert [sees(officer(cast, now, ngoc), code) for code in (fraud, other, home)] == [True, False, False]
    assert [sees(officer(cast, now), code) for code in (fraud, other, home)] == [False, True, True]
    with transaction() as session:
        posts = session.scalars(select(Post).where(Post.person_id == ngoc)).one()
        posts.ends_on = now().date() - timedelta(days=1)
    assert sees(officer(cast, now), fraud), "a seat of who is no officer any more holds nothing back"


@in_turns
def test_nothing_says_who_sent_it_but_what_the_office_alone_is_shown(cast: Cast, now: Clock) -> None:
    sender = SentBy(name="Vũ Thị Mai", phone=Phone("0900 000 021"), person_id=cast.mai)
    code = send(cast, now, sender=sender)
    row = ticket(cast, code)
    [event] = events_of(reading(), "ticket", row.id)
    assert (event.actor_id, event.business_id, event.request_id) == (None, None, None)
    assert {step.actor_id for step in row.steps} == {None}
    contact = contact_of(reading(), row.id)
    assert contact is not None
    assert contact.person_id == cast.mai
    assert not hasattr(row, "contact"), "a helper's page has the ticket alone"
    assert [one.code for one in tickets_sent_by(reading(), cast.commune, cast.mai)] == [code]


@in_turns
def test_its_clock_ends_in_the_evening_and_takes_it_from_the_helpers_to_the_office_to_all(
    cast: Cast, now: Clock
) -> None:
    code = send(cast, now)
    row = ticket(cast, code)
    assert row.due_at is not None
    assert format_moment(row.due_at) == "20:00 26/11"
    assert escalate_tickets(now()) == 0
    now.at = row.due_at
    assert escalate_tickets(now()) == 1
    row = ticket(cast, code)
    assert (row.desk, row.escalated_at) == (Desk.CULTURE, None)
    assert row.due_at is not None
    assert format_moment(row.due_at) == "20:00 01/12"
    assert not sees(helper(cast), code)
    now.at = row.due_at
    assert escalate_tickets(now()) == 1
    row = ticket(cast, code)
    assert row.escalated_at == now()
    assert [step.kind for step in row.steps] == [Step.SENT, Step.ESCALATED, Step.ESCALATED]
    now.move(days=9)
    assert escalate_tickets(now()) == 0, "there is nobody further up"
    with transaction() as session:
        assert not escalate(session, row.id, clock=now)


@in_turns
def test_an_answer_is_read_by_the_code_and_told_to_who_left_their_account(cast: Cast, now: Clock) -> None:
    code = send(cast, now, sender=SentBy(person_id=cast.mai))
    for _ in range(2):
        answer(cast, helper(cast), code, now)
    row = ticket(cast, code)
    assert (row.state, row.due_at, row.steps[-1].words) == (State.ANSWERED, None, "Em đã đến chỉ")
    [told] = reading().scalars(select(Notice).where(Notice.person_id == cast.mai))
    assert told.kind == "phan_anh_tra_loi"
    assert "ảnh" not in told.sentence.replace("Phản ánh", ""), "a locked screen says nothing of what it is about"
    with pytest.raises(Conflict, match="đã có người trả lời"):
        answer(cast, helper(cast), code, now, "Khác")


@in_turns
def test_who_is_not_satisfied_is_heard_once_more_by_others(cast: Cast, now: Clock) -> None:
    code = send(cast, now)
    with pytest.raises(Conflict, match="Không có trả lời mới"):
        rate(cast, code, now, is_satisfied=True)
    answer(cast, helper(cast), code, now)
    for _ in range(2):
        rate(cast, code, now, is_satisfied=False)
    row = ticket(cast, code)
    assert (row.state, row.desk, row.reopened_at) == (State.WAITING, Desk.CULTURE, now())
    answer(cast, officer(cast, now), code, now, "Xã đã xem lại")
    rate(cast, code, now, is_satisfied=False)
    row = ticket(cast, code)
    assert (row.state, row.satisfied) == (State.ANSWERED, False), "kept, and not gone round for ever"
    with pytest.raises(Conflict, match="Không có trả lời mới"):
        rate(cast, code, now, is_satisfied=True)
    board = ticket_board(reading(), cast.commune, now())
    assert (board.waiting, board.answered, board.satisfied, board.unsatisfied) == (0, 1, 0, 1)


@in_turns
def test_it_is_handed_over_with_a_reason_so_often_and_no_more(cast: Cast, now: Clock) -> None:
    code = send(cast, now)
    with pytest.raises(Refused, match="đang ở đúng nơi đó"):
        hand(cast, helper(cast), code, Desk.HELPER, now)
    hand(cast, helper(cast), code, Desk.POLICE, now, "Có người lừa")
    row = ticket(cast, code)
    assert (row.desk, row.steps[-1].words, sees(helper(cast), code)) == (Desk.POLICE, "Có người lừa", False)
    hand(cast, helper(cast), code, Desk.POLICE, now, "Có người lừa")
    assert len(ticket(cast, code).steps) == 2, "the same tap again"
    with pytest.raises(NotFound):
        answer(cast, helper(cast), code, now)
    for turn in range(MOST_HANDOVERS - 1):
        hand(cast, officer(cast, now), code, Desk.POLICE if turn % 2 else Desk.CULTURE, now)
    with pytest.raises(Refused, match="Mời trả lời tại đây"):
        hand(cast, officer(cast, now), code, Desk.POLICE, now)


@in_turns
def test_the_board_counts_what_waits_by_age_and_what_is_late(cast: Cast, now: Clock) -> None:
    for _ in range(2):
        send(cast, now)
    now.move(days=2)
    send(cast, now, kind=TicketKind.FRAUD)
    now.move(hours=12)
    board = ticket_board(reading(), cast.commune, now())
    by_desk = {one.desk: one for one in board.desks}
    assert by_desk[Desk.HELPER].by_age[Age.THREE] == 2
    assert by_desk[Desk.POLICE].by_age[Age.DAY] == 1
    assert (board.waiting, board.overdue, by_desk[Desk.HELPER].overdue) == (3, 2, 2)


@in_turns
def test_who_sent_it_and_their_pictures_are_forgotten_in_time_or_at_their_word(cast: Cast, now: Clock) -> None:
    photos = []
    for _ in range(2):
        with transaction() as session:
            photos.append(pictures.keep(jpeg(400, 300), key=reserve_picture(session)))
    sender = SentBy(phone=Phone("0900 000 021"))
    kept, taken = (send(cast, now, sender=sender, photos=[one]) for one in photos)
    with transaction() as session:
        forget_sender(session, cast.commune, taken, clock=now)
    assert _left() == (1, 1)
    for photo in photos:
        forget_picture({"key": photo.key})
    assert [pictures.is_kept(one.key) for one in photos] == [True, False]
    answer(cast, helper(cast), kept, now)
    now.move(days=SENDER_KEPT.days + 1)
    apply_rules(RULES, now())
    assert (_left(), forget_ticket_photos(now())) == ((0, 1), 1)
    assert _left() == (0, 0)
    assert ticket(cast, kept).words
    now.move(days=WORDS_KEPT.days)
    apply_rules(RULES, now())
    assert (ticket(cast, kept).words, ticket(cast, kept).steps[-1].words) == ("", None)


def _left() -> tuple[int | None, int | None]:
    reading().expire_all()
    return reading().scalar(select(func.count(TicketContact.id))), reading().scalar(select(func.count(TicketPhoto.id)))


@in_turns
def test_the_same_form_adds_one_ticket(cast: Cast, now: Clock) -> None:
    codes = {send(cast, now, client_key="a-key") for _ in range(2)}
    assert len(codes) == 1
    assert reading().scalar(select(func.count(Event.id)).where(Event.verb == "ticket_sent")) == 1
    assert seen(cast, codes.pop())
