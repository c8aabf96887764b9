"""The community technology group and the officers: who serves where and since when, slips that are handed over."""

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, request, session, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.places.queries import hamlet_names
from market.sellers import actions, queries
from market.sellers.actions.appointing import APPOINTMENT_LIFE
from market.sellers.actions.resets import SLIP_LIFE
from market.sellers.models import Mandate, PostRole
from market.values.paging import Page as Leaf
from market.values.period import format_moment, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.posts.forms import NewSlipForm, PostForm
from market.web.office.register.views.register import hamlets_here

SHOWN_SLIP = "slip"
POST, RESET = "nhiem-vu", "mat-khau"
"""What a slip is for."""


@blueprint.route("/van-phong/to-cong-nghe", methods=["GET", "POST"])
@office_page
def posts(desk: OfficeDesk) -> Page:
    form = PostForm.of_request()
    form.offer(hamlets_here(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_appointment(desk.commune_id)
            with transaction() as writing:
                code = actions.make_appointment(writing, desk.actor, new, clock=clock.now)
            if code:
                return _show_slip(POST, new.name, code, APPOINTMENT_LIFE)
            flash("Đã đề nghị. Cán bộ khác đồng ý ở trang này thì mới có mã trao tay, trong 7 ngày.")
            return redirect(url_for("office.posts"), 303)
    return _posts_page(desk, form)


def _show_slip(what: str, name: str, code: str, life: timedelta) -> Page:
    session[SHOWN_SLIP] = {"what": what, "name": name, "code": code, "until": format_moment(clock.now() + life)}
    return redirect(url_for("office.slip"), 303)


def _posts_page(desk: OfficeDesk, form: PostForm) -> Page:
    now = clock.now()
    today = local_day(now)

    def holders(role: PostRole, param: str) -> Leaf[queries.PostHolder]:
        held = queries.held_posts(desk.commune_id, role, today)
        return listed(lambda first, most: queries.holders_in(reading(), held, first, most), param)

    def mandates(first: int, most: int) -> Sequence[Mandate]:
        return queries.live_mandates(reading(), desk.commune_id, today, first=first, most=most)

    return form.page(
        "office/posts/posts.html",
        officers=holders(PostRole.OFFICER, "can_bo"),
        helpers=holders(PostRole.HELPER, "to_vien"),
        keepers=holders(PostRole.KEEPER, "nguoi_giu"),
        mandates=listed(mandates, "uy_quyen"),
        appointments=queries.open_appointments(reading(), desk.commune_id, now),
        hamlets=hamlet_names(reading(), desk.commune_id),
        asked_after=now - actions.ENDING_LIFE,
        me=desk.person_id,
    )


@blueprint.get("/van-phong/phieu")
@office_page
def slip(desk: OfficeDesk) -> Page:
    """The slip just made, to be printed and handed over: once."""
    shown = session.pop(SHOWN_SLIP, None)
    if shown is None:
        return redirect(url_for("office.posts"), 303)
    return render_template("office/posts/slip.html", slip=shown, is_reset=shown["what"] == RESET)


@blueprint.post("/van-phong/nhiem-vu/<int:appointment_id>/dong-y")
@office_page
def appointment_confirm(desk: OfficeDesk, appointment_id: int) -> Page:
    with transaction() as writing:
        code = actions.confirm_appointment(writing, desk.actor, desk.commune_id, appointment_id, clock=clock.now)
    return _show_slip(POST, queries.name_on_appointment(reading(), appointment_id), code, APPOINTMENT_LIFE)


@blueprint.post("/van-phong/nhiem-vu/<int:appointment_id>/huy")
@office_page
def appointment_withdraw(desk: OfficeDesk, appointment_id: int) -> Page:
    with transaction() as writing:
        actions.withdraw_appointment(writing, desk.actor, desk.commune_id, appointment_id, clock=clock.now)
    flash("Đã hủy. Mã trên phiếu đó không dùng được nữa.")
    return redirect(url_for("office.posts"), 303)


@blueprint.route("/van-phong/to-cong-nghe/<int:post_id>/thoi", methods=["GET", "POST"])
@office_page
def post_end(desk: OfficeDesk, post_id: int) -> Page:
    """A question first: what ends, and who must agree."""
    if request.method == "POST":
        with transaction() as writing:
            has_ended = actions.dismiss(writing, desk.actor, desk.commune_id, post_id, clock=clock.now)
        flash(ENDED if has_ended else "Đã ghi lời đề nghị. Cán bộ khác đồng ý trong 7 ngày thì người đó thôi nhiệm vụ.")
        return redirect(url_for("office.posts"), 303)
    today = local_day(clock.now())
    post = queries.post_to_end(reading(), desk.commune_id, post_id, today)
    return render_template(
        "office/posts/post_end.html",
        post=post,
        mandates=queries.mandates_of_helper(reading(), desk.commune_id, post.person_id, today),
        hamlets=hamlet_names(reading(), desk.commune_id),
        asked_after=clock.now() - actions.ENDING_LIFE,
        me=desk.person_id,
    )


ENDED = "Đã thôi nhiệm vụ, từ giờ người đó không vào được các trang của xã."


@blueprint.route("/van-phong/mat-khau", methods=["GET", "POST"])
@office_page
def resets(desk: OfficeDesk) -> Page:
    form = NewSlipForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            person = queries.person_of_phone(reading(), form.phone.data, form.name.data or "")
            new = form.as_new_slip(desk.commune_id, person.id)
            with transaction() as writing:
                code = actions.make_slip(writing, desk.actor, new, clock=clock.now)
            return _show_slip(RESET, person.name, code, SLIP_LIFE)
    open_ones = queries.resets_of_commune(reading(), desk.commune_id, clock.now())
    return form.page("office/posts/resets.html", resets=open_ones)


@blueprint.post("/van-phong/mat-khau/<int:reset_id>/chan")
@office_page
def reset_stop(desk: OfficeDesk, reset_id: int) -> Page:
    with transaction() as writing:
        actions.stop_reset(writing, desk.actor, reset_id, clock=clock.now)
    flash("Đã chặn lại. Mật khẩu đang dùng của người đó vẫn giữ.")
    return redirect(url_for("office.resets"), 303)
