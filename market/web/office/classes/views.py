"""The office's classes: their list, a new one, one with who came, and the sheet to be signed."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.outreach.actions import classes as actions
from market.outreach.models import TrainingClass
from market.outreach.queries import classes as queries
from market.outreach.rules.classes import HOLDER_WORDS, MOST_ATTENDEES, WAY_WORDS, ClassLimits
from market.places.queries import hamlet_names
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.classes import AttendeeForm, ClassForm, sign_in_code
from market.web.base.listing import counted, listed
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.classes.forms import CancelClassForm
from market.web.office.register.views.register import hamlets_here

ATTENDEES_A_PAGE = 50


def _limits(desk: OfficeDesk) -> ClassLimits:
    return queries.limits_on(reading(), desk.commune_id, local_day(clock.now()))


@blueprint.get("/van-phong/lop")
@office_page
def classes(desk: OfficeDesk) -> Page:
    limits = _limits(desk)

    def read(first: int, most: int) -> list[queries.ClassLine]:
        return queries.classes_of(reading(), desk.commune_id, limits, first=first, most=most)

    return render_template(
        "office/classes/classes.html",
        lines=listed(read, "page", queries.A_PAGE),
        year=queries.class_year(reading(), desk.commune_id, local_day(clock.now()), limits),
        limits=limits,
        holders=HOLDER_WORDS,
        hamlets=hamlet_names(reading(), desk.commune_id),
        today=local_day(clock.now()),
    )


@blueprint.route("/van-phong/lop/moi", methods=["GET", "POST"])
@office_page
def class_new(desk: OfficeDesk) -> Page:
    form = ClassForm.of_request()
    form.offer(hamlets_here(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_class(desk.commune_id)
            with transaction() as writing:
                class_id = actions.hold_class(
                    writing, desk.actor, new, client_key=form.client_key.data, clock=clock.now
                )
            flash("Đã ghi lớp. In mã bên dưới, treo ở lớp cho người học quét.")
            return redirect(url_for("office.training_class", class_id=class_id), 303)
    return form.page("office/classes/class_new.html")


@blueprint.get("/van-phong/lop/<int:class_id>")
@office_page
def training_class(desk: OfficeDesk, class_id: int) -> Page:
    return _class_page(desk, class_id, AttendeeForm(), CancelClassForm())


def _class_page(desk: OfficeDesk, class_id: int, form: AttendeeForm, cancelling: CancelClassForm) -> Page:
    held = queries.class_of(reading(), desk.commune_id, class_id)
    total = queries.people_in(reading(), held.id)

    def read(first: int, most: int) -> list[queries.AttendeeLine]:
        return queries.attendees_of(reading(), held.id, first=first, most=most)

    page = render_template(
        "office/classes/training_class.html",
        held=held,
        form=form,
        cancelling=cancelling,
        attendees=counted(total, read, "page", ATTENDEES_A_PAGE),
        code=sign_in_code(held),
        limits=_limits(desk),
        today=local_day(clock.now()),
        **_words(desk, held),
    )
    return page, form.wrong_status if form.errors or form.refusal or cancelling.errors else 200


def _words(desk: OfficeDesk, held: TrainingClass) -> dict[str, object]:
    hamlet = hamlet_names(reading(), desk.commune_id).get(held.hamlet_id or 0, "cả xã")
    return {"holder": HOLDER_WORDS[held.holder], "hamlet": hamlet, "ways": WAY_WORDS}


@blueprint.post("/van-phong/lop/<int:class_id>/nguoi")
@office_page
def training_class_attend(desk: OfficeDesk, class_id: int) -> Page:
    queries.class_of(reading(), desk.commune_id, class_id)
    form = AttendeeForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_listed(desk.commune_id, class_id)
            with transaction() as writing:
                is_new = actions.list_attendee(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi tên." if is_new else "Người này có trong danh sách rồi.")
            return redirect(url_for("office.training_class", class_id=class_id, _anchor="danh-sach"), 303)
    return _class_page(desk, class_id, form, CancelClassForm())


@blueprint.post("/van-phong/lop/<int:class_id>/nguoi/<int:attendee_id>/bo")
@office_page
def training_class_strike(desk: OfficeDesk, class_id: int, attendee_id: int) -> Page:
    with transaction() as writing:
        actions.strike_attendee(writing, desk.actor, desk.commune_id, class_id, attendee_id, clock=clock.now)
    flash("Đã bỏ tên khỏi danh sách.")
    return redirect(url_for("office.training_class", class_id=class_id, _anchor="danh-sach"), 303)


@blueprint.post("/van-phong/lop/<int:class_id>/huy")
@office_page
def training_class_cancel(desk: OfficeDesk, class_id: int) -> Page:
    queries.class_of(reading(), desk.commune_id, class_id)
    form = CancelClassForm.of_request()
    if form.submitted():
        with transaction() as writing:
            actions.cancel_class(
                writing, desk.actor, desk.commune_id, class_id, form.reason.data or "", clock=clock.now
            )
        flash("Đã hủy lớp. Lớp này không được tính.")
        return redirect(url_for("office.training_class", class_id=class_id), 303)
    return _class_page(desk, class_id, AttendeeForm(), form)


@blueprint.get("/van-phong/lop/<int:class_id>/in")
@office_page
def class_sheet(desk: OfficeDesk, class_id: int) -> Page:
    """The whole list with room for signatures, and empty lines for who signs on paper alone."""
    held = queries.class_of(reading(), desk.commune_id, class_id)
    lines = queries.attendees_of(reading(), held.id, most=MOST_ATTENDEES, with_outcomes=False)
    return render_template(
        "office/classes/class_sheet.html", held=held, lines=lines, empty=range(EMPTY_LINES), **_words(desk, held)
    )


EMPTY_LINES = 8
