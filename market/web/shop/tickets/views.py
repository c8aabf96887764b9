"""Phản ánh: sent by anybody, from any page; followed, and its answer rated, by its code."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, session, url_for

from market.base import clock
from market.base.attempts import count_try, given_back_if_refused
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.catalog import pictures
from market.catalog.rules import KeptPhoto
from market.feedback.actions.brakes import SEND
from market.feedback.actions.tickets import AnswerRating, forget_sender, rate_answer, reserve_picture, send_ticket
from market.feedback.models import Ticket
from market.feedback.queries.tickets import (
    contact_of,
    facts_of_ticket,
    officer_names,
    ticket_by_code,
    ticket_photos,
    tickets_sent_by,
)
from market.feedback.rules.tickets import parse_ticket_code
from market.places.queries import hamlets_of
from market.web.base.callers import caller
from market.web.base.commune import current_commune
from market.web.base.following import followed
from market.web.base.seen import seen_given
from market.web.base.web import Page, signed_in_id, takes_up_to
from market.web.shop.blueprint import blueprint
from market.web.shop.tickets.forms import TicketForm
from market.web.shop.tickets.pages import page_asked

PHOTOS_SENT = 48 * pictures.MEGABYTE
JUST_SENT = "phan_anh_moi"
"""The code that was just given out: shown large once."""


@blueprint.get("/phan-anh")
def tickets() -> Page:
    return _page(TicketForm(tai=request.args.get("tai", "")))


@blueprint.post("/phan-anh")
@takes_up_to(PHOTOS_SENT, guests=True)
def ticket_send() -> Page:
    """What is wrong comes back as typed; pictures must be chosen once more, and the page says so."""
    form = TicketForm.of_request()
    _offer(form)
    if form.submitted():
        with form.keeping_what_was_typed():
            counted = count_try(SEND, caller=caller())
            new = form.as_new(current_commune().id, signed_in_id(), _kept(form))  # a bad picture has cost its try
            with given_back_if_refused(counted), transaction() as writing:
                code = send_ticket(writing, new, clock=clock.now)
            session[JUST_SENT] = code
            return redirect(url_for("shop.ticket", ticket_code=code), 303)
    return _page(form)


def _offer(form: TicketForm) -> None:
    commune_id = current_commune().id
    hamlets = {one.id: one.name for one in hamlets_of(reading(), commune_id)}
    form.offer(page_asked(form.tai.data), hamlets, officer_names(reading(), commune_id, clock.now()))


def _kept(form: TicketForm) -> Sequence[KeptPhoto]:
    """The pictures, cleaned and stored; those that no ticket takes are forgotten in a day."""
    photos = []
    for one in form.photos.files():
        content = one.read(pictures.MOST_BYTES + 1)
        pictures.refuse_heavy(len(content))
        with transaction() as writing:
            key = reserve_picture(writing)
        photos.append(pictures.keep(content, key=key))
    return photos


def _page(form: TicketForm) -> tuple[str, int]:
    _offer(form)
    person_id = signed_in_id()
    own = tickets_sent_by(reading(), current_commune().id, person_id) if person_id else ()
    return form.page("shop/tickets/tickets.html", own=own, is_signed_in=person_id is not None)


@blueprint.get("/phan-anh/tra")
def ticket_find() -> Page:
    found = _followed(request.args.get("ma", ""))
    return redirect(url_for("shop.ticket", ticket_code=found.code), 303)


def _followed(typed: str) -> Ticket:
    commune_id = current_commune().id
    return followed(typed, parse_ticket_code, lambda code: ticket_by_code(reading(), commune_id, code))


@blueprint.get("/phan-anh/<ticket_code>")
def ticket(ticket_code: str) -> Page:
    return _ticket_page(_followed(ticket_code))


def _ticket_page(found: Ticket, refused: Refused | None = None) -> str:
    keeps = contact_of(reading(), found.id) is not None or bool(ticket_photos(reading(), found.id))
    is_new = session.get(JUST_SENT) == found.code
    if is_new:
        session.pop(JUST_SENT)
    return render_template(
        "shop/tickets/ticket.html",
        ticket=found,
        facts=facts_of_ticket(found),
        keeps_sender=keeps,
        is_new=is_new,
        refused=refused,
    )


@blueprint.post("/phan-anh/<ticket_code>/hai-long")
def ticket_satisfied(ticket_code: str) -> Page:
    return _rated(ticket_code, is_satisfied=True, said="Cảm ơn bạn. Xã đã ghi là bạn hài lòng.")


@blueprint.post("/phan-anh/<ticket_code>/chua-hai-long")
def ticket_unsatisfied(ticket_code: str) -> Page:
    return _rated(ticket_code, is_satisfied=False, said="Đã ghi là bạn chưa hài lòng. Xem tiếp ở dưới.")


def _rated(ticket_code: str, *, is_satisfied: bool, said: str) -> Page:
    """What one tap does, and back. Refused comes back as the page, as it now stands."""
    found = _followed(ticket_code)
    rating = AnswerRating(is_satisfied=is_satisfied, seen=seen_given())
    try:
        with transaction() as writing:
            rate_answer(writing, found.commune_id, found.code, rating, clock=clock.now)
    except Refused as error:
        return _ticket_page(_followed(ticket_code), error), error.status
    flash(said)
    return redirect(url_for("shop.ticket", ticket_code=found.code), 303)


@blueprint.post("/phan-anh/<ticket_code>/xoa-nguoi-gui")
def ticket_forget(ticket_code: str) -> Page:
    found = _followed(ticket_code)
    with transaction() as writing:
        forget_sender(writing, found.commune_id, found.code, clock=clock.now)
    flash("Đã xóa tên, số máy và ảnh bạn gửi kèm. Lời phản ánh vẫn còn, mã vẫn xem được.")
    return redirect(url_for("shop.ticket", ticket_code=found.code), 303)
