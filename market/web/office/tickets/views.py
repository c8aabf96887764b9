"""What people tell the commune, as the officers see it whom it is not about."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.feedback.actions.seats import leave_seat, take_seat
from market.feedback.actions.tickets import answer_ticket, hand_over
from market.feedback.models import Ticket
from market.feedback.queries.tickets import (
    TicketReader,
    answered_tickets,
    contact_of,
    desk_seats,
    facts_of_ticket,
    officer_names,
    officer_reader,
    seat_with_id,
    ticket_board,
    ticket_for,
    ticket_photos,
    waiting_tickets,
)
from market.feedback.queries.tickets import (
    ticket_photo as photo_for,
)
from market.feedback.rules.tickets import Desk, may_go_to_helpers
from market.places.queries import hamlet_names
from market.web.base.access import OfficeDesk, office_page
from market.web.base.feedback import ticket_picture
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.ticket_forms import HandoverForm, TicketAnswerForm
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.tickets.forms import SeatForm

ANSWERED = "da-tra-loi"


def _reader(desk: OfficeDesk) -> TicketReader:
    return officer_reader(reading(), desk.commune_id, desk.person_id, clock.now())


@blueprint.get("/van-phong/phan-anh")
@office_page
def tickets(desk: OfficeDesk) -> Page:
    reader, is_answered = _reader(desk), request.args.get("xem") == ANSWERED
    read = answered_tickets if is_answered else waiting_tickets
    page = listed(lambda first, most: read(reading(), reader, first, most), "page")
    board = ticket_board(reading(), desk.commune_id, clock.now())
    return render_template(
        "office/tickets/tickets.html", board=board, tickets=page, is_answered=is_answered, now=clock.now()
    )


@blueprint.get("/van-phong/phan-anh/<int:ticket_id>")
@office_page
def ticket(desk: OfficeDesk, ticket_id: int) -> Page:
    return _page(ticket_for(reading(), _reader(desk), ticket_id), TicketAnswerForm(), HandoverForm(prefix="chuyen-"))


def _page(found: Ticket, answer: TicketAnswerForm, handover: HandoverForm) -> tuple[str, int]:
    handover.offer(_desks(found))
    typed = handover if handover.is_posted else answer
    other = answer if handover.is_posted else handover
    forms = {"answer": answer, "handover": handover, "other": other}
    return typed.page(
        "office/tickets/ticket.html",
        ticket=found,
        hamlet=hamlet_names(reading(), found.commune_id).get(found.hamlet_id or 0),
        facts=facts_of_ticket(found),
        contact=contact_of(reading(), found.id),
        photos=ticket_photos(reading(), found.id),
        **forms,
    )


def _desks(found: Ticket) -> list[Desk]:
    """Where else it may go."""
    helped = found.hamlet_id is not None and may_go_to_helpers(found.about)
    return [one for one in Desk if one is not found.desk and (one is not Desk.HELPER or helped)]


@blueprint.post("/van-phong/phan-anh/<int:ticket_id>/tra-loi")
@office_page
def ticket_answer(desk: OfficeDesk, ticket_id: int) -> Page:
    reader, form = _reader(desk), TicketAnswerForm.of_request()
    found = ticket_for(reading(), reader, ticket_id)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                answer_ticket(writing, desk.actor, reader, ticket_id, form.as_answer(seen_given()), clock=clock.now)
            flash("Đã trả lời. Người gửi mở mã là đọc được.")
            return redirect(url_for("office.tickets"), 303)
        found = ticket_for(reading(), reader, ticket_id)
    return _page(found, form, HandoverForm(prefix="chuyen-"))


@blueprint.post("/van-phong/phan-anh/<int:ticket_id>/chuyen")
@office_page
def ticket_hand_over(desk: OfficeDesk, ticket_id: int) -> Page:
    reader, form = _reader(desk), HandoverForm.of_request(prefix="chuyen-")
    found = ticket_for(reading(), reader, ticket_id)
    form.offer(_desks(found))
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                hand_over(writing, desk.actor, reader, ticket_id, form.as_handover(seen_given()), clock=clock.now)
            flash("Đã chuyển. Nơi nhận thấy phản ánh và giờ trả lời mới.")
            return redirect(url_for("office.tickets"), 303)
        found = ticket_for(reading(), reader, ticket_id)
    return _page(found, TicketAnswerForm(), form)


@blueprint.get("/van-phong/phan-anh/anh/<int:ticket_photo_id>")
@office_page
def ticket_photo(desk: OfficeDesk, ticket_photo_id: int) -> Page:
    return ticket_picture(photo_for(reading(), _reader(desk), ticket_photo_id))


@blueprint.route("/van-phong/phan-anh/noi-nhan", methods=["GET", "POST"])
@office_page
def ticket_desks(desk: OfficeDesk) -> Page:
    form = SeatForm.of_request()
    form.offer(officer_names(reading(), desk.commune_id, clock.now()))
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                take_seat(writing, desk.actor, desk.commune_id, *form.chosen(), clock=clock.now)
            flash("Đã ghi. Phản ánh của nơi ấy đưa cho những người có tên ở dưới.")
            return redirect(url_for("office.ticket_desks"), 303)
    return form.page("office/tickets/ticket_desks.html", seats=desk_seats(reading(), desk.commune_id))


@blueprint.post("/van-phong/phan-anh/noi-nhan/<int:seat_id>/thoi")
@office_page
def ticket_desk_leave(desk: OfficeDesk, seat_id: int) -> Page:
    seat_with_id(reading(), desk.commune_id, seat_id)
    with transaction() as writing:
        leave_seat(writing, desk.actor, desk.commune_id, seat_id, clock=clock.now)
    flash("Đã thôi giao. Nơi không còn ai có tên thì mọi cán bộ cùng nhận.")
    return redirect(url_for("office.ticket_desks"), 303)
