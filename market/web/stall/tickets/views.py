"""What people of a hamlet find hard, as its helper sees it: without who said so, and without pictures."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.feedback.actions.tickets import answer_ticket, hand_over
from market.feedback.models import Ticket
from market.feedback.queries.tickets import (
    TicketReader,
    facts_of_ticket,
    helper_reader,
    ticket_for,
    waiting_tickets,
)
from market.feedback.rules.tickets import OFFICE_DESKS
from market.places.queries import hamlet_names
from market.web.base.access import HamletDesk, helper_page
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.ticket_forms import HandoverForm, TicketAnswerForm
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint


def _reader(desk: HamletDesk) -> TicketReader:
    return helper_reader(desk.commune_id, desk.person_id, desk.hamlet_ids)


@blueprint.get("/to-cong-nghe/phan-anh")
@helper_page
def helper_tickets(desk: HamletDesk) -> Page:
    page = listed(lambda first, most: waiting_tickets(reading(), _reader(desk), first, most), "page")
    hamlets = hamlet_names(reading(), desk.commune_id)
    return render_template("stall/tickets/helper_tickets.html", tickets=page, hamlets=hamlets, now=clock.now())


@blueprint.get("/to-cong-nghe/phan-anh/<int:ticket_id>")
@helper_page
def helper_ticket(desk: HamletDesk, ticket_id: int) -> Page:
    return _page(ticket_for(reading(), _reader(desk), ticket_id), TicketAnswerForm(), HandoverForm(prefix="chuyen-"))


def _page(found: Ticket, answer: TicketAnswerForm, handover: HandoverForm) -> tuple[str, int]:
    handover.offer(OFFICE_DESKS)
    typed, other = (handover, answer) if handover.is_posted else (answer, handover)
    return typed.page(
        "stall/tickets/helper_ticket.html",
        ticket=found,
        hamlet=hamlet_names(reading(), found.commune_id).get(found.hamlet_id or 0),
        facts=facts_of_ticket(found),
        answer=answer,
        handover=handover,
        other=other,
    )


@blueprint.post("/to-cong-nghe/phan-anh/<int:ticket_id>/tra-loi")
@helper_page
def helper_ticket_answer(desk: HamletDesk, ticket_id: int) -> Page:
    reader, form = _reader(desk), TicketAnswerForm.of_request()
    found = ticket_for(reading(), reader, ticket_id)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                answer_ticket(writing, desk.actor, reader, ticket_id, form.as_answer(seen_given()), clock=clock.now)
            flash("Đã trả lời. Người gửi mở mã là đọc được.")
            return redirect(url_for("stall.helper_tickets"), 303)
        found = ticket_for(reading(), reader, ticket_id)
    return _page(found, form, HandoverForm(prefix="chuyen-"))


@blueprint.post("/to-cong-nghe/phan-anh/<int:ticket_id>/chuyen")
@helper_page
def helper_ticket_hand_over(desk: HamletDesk, ticket_id: int) -> Page:
    reader, form = _reader(desk), HandoverForm.of_request(prefix="chuyen-")
    found = ticket_for(reading(), reader, ticket_id)
    form.offer(OFFICE_DESKS)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                hand_over(writing, desk.actor, reader, ticket_id, form.as_handover(seen_given()), clock=clock.now)
            flash("Đã chuyển cho xã.")
            return redirect(url_for("stall.helper_tickets"), 303)
        found = ticket_for(reading(), reader, ticket_id)
    return _page(found, TicketAnswerForm(), form)
