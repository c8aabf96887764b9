"""Classes that the community group holds in a helper's hamlets: their list, a new one, and who came."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.outreach.actions import classes as actions
from market.outreach.queries import classes as queries
from market.outreach.rules.classes import WAY_WORDS, ClassHolder
from market.places.queries import hamlet_names, hamlets_of
from market.values.period import local_day
from market.web.base.access import HamletDesk, helper_page
from market.web.base.classes import AttendeeForm, ClassForm, sign_in_code
from market.web.base.listing import counted, listed
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint

ATTENDEES_A_PAGE = 50


@blueprint.get("/to-cong-nghe/lop")
@helper_page
def helper_classes(desk: HamletDesk) -> Page:
    limits = queries.limits_on(reading(), desk.commune_id, local_day(clock.now()))

    def read(first: int, most: int) -> list[queries.ClassLine]:
        return queries.classes_of_hamlets(reading(), desk.commune_id, desk.hamlet_ids, limits, first=first, most=most)

    return render_template(
        "stall/classes/helper_classes.html",
        lines=listed(read, "page", queries.A_PAGE),
        limits=limits,
        hamlets=hamlet_names(reading(), desk.commune_id),
    )


@blueprint.route("/to-cong-nghe/lop/moi", methods=["GET", "POST"])
@helper_page
def helper_class_new(desk: HamletDesk) -> Page:
    """A class of the community group, in one of the helper's own hamlets."""
    form = ClassForm.of_request(data={"holder": ClassHolder.GROUP.value})
    form.holder.data = ClassHolder.GROUP.value
    mine = [(one.id, one.name) for one in hamlets_of(reading(), desk.commune_id) if one.id in desk.hamlet_ids]
    form.offer(mine, "Chọn thôn")
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.in_one_hamlet(desk.commune_id)
            with transaction() as writing:
                class_id = actions.hold_class(
                    writing, desk.actor, new, client_key=form.client_key.data, clock=clock.now
                )
            flash("Đã ghi lớp. Tới ngày, mở trang này cho người học quét mã.")
            return redirect(url_for("stall.helper_class", class_id=class_id), 303)
    return form.page("stall/classes/helper_class_new.html")


@blueprint.get("/to-cong-nghe/lop/<int:class_id>")
@helper_page
def helper_class(desk: HamletDesk, class_id: int) -> Page:
    return _class_page(desk, class_id, AttendeeForm())


def _class_page(desk: HamletDesk, class_id: int, form: AttendeeForm) -> Page:
    held = queries.class_in_hamlets(reading(), desk.commune_id, class_id, desk.hamlet_ids)

    def read(first: int, most: int) -> list[queries.AttendeeLine]:
        return queries.attendees_of(reading(), held.id, first=first, most=most, with_outcomes=False)

    return form.page(
        "stall/classes/helper_class.html",
        held=held,
        attendees=counted(queries.people_in(reading(), held.id), read, "page", ATTENDEES_A_PAGE),
        code=sign_in_code(held),
        hamlet=hamlet_names(reading(), desk.commune_id).get(held.hamlet_id or 0, ""),
        ways=WAY_WORDS,
        today=local_day(clock.now()),
    )


@blueprint.post("/to-cong-nghe/lop/<int:class_id>/nguoi")
@helper_page
def helper_class_attend(desk: HamletDesk, class_id: int) -> Page:
    queries.class_in_hamlets(reading(), desk.commune_id, class_id, desk.hamlet_ids)
    form = AttendeeForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_listed(desk.commune_id, class_id)
            with transaction() as writing:
                is_new = actions.list_attendee(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi tên." if is_new else "Người này có trong danh sách rồi.")
            return redirect(url_for("stall.helper_class", class_id=class_id, _anchor="danh-sach"), 303)
    return _class_page(desk, class_id, form)
