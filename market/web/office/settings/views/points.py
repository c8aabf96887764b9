"""The commune's pickup points: where they are, who keeps them, when they are open, and that one is no more."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.queries.pickups import waiting_at
from market.places import actions, queries
from market.places.models import PickupPoint
from market.web.base.access import OfficeDesk, office_page
from market.web.base.first_day import after_saving
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.views.register import hamlets_here
from market.web.office.settings.forms import PickupPointForm


@blueprint.get("/van-phong/cai-dat/diem-nhan")
@office_page
def points(desk: OfficeDesk) -> Page:
    def points(first: int, most: int) -> Sequence[PickupPoint]:
        return queries.points_of(reading(), desk.commune_id, first=first, most=most)

    return render_template("office/settings/points.html", points=listed(points, "page"))


@blueprint.route("/van-phong/cai-dat/diem-nhan/moi", methods=["GET", "POST"])
@office_page
def point_new(desk: OfficeDesk) -> Page:
    form = PickupPointForm.of_request()
    form.offer(hamlets_here(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            said = form.as_point(desk.commune_id)
            with transaction() as writing:
                actions.add_point(writing, desk.actor, said, now=clock.now())
            flash("Đã thêm. Người mua chọn được điểm này khi đặt hàng.")
            return redirect(after_saving(desk.commune_id, url_for("office.points")), 303)
    return form.page("office/settings/point_new.html")


@blueprint.route("/van-phong/cai-dat/diem-nhan/<int:point_id>", methods=["GET", "POST"])
@office_page
def point_edit(desk: OfficeDesk, point_id: int) -> Page:
    point = queries.point_with_id(reading(), desk.commune_id, point_id)
    form = PickupPointForm.of_point(point)
    form.offer(hamlets_here(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            said, seen = form.as_point(desk.commune_id), seen_given()
            with transaction() as writing:
                changed = actions.edit_point(writing, desk.actor, point_id, said, seen=seen, now=clock.now())
            flash("Đã lưu. Đơn đã hẹn ở điểm này vẫn giữ." if changed else "Không có gì thay đổi.")
            return redirect(url_for("office.points"), 303)
    return form.page("office/settings/point_edit.html", point=point, facts=queries.point_facts(point))


@blueprint.route("/van-phong/cai-dat/diem-nhan/<int:point_id>/thoi", methods=["GET", "POST"])
@office_page
def point_close(desk: OfficeDesk, point_id: int) -> Page:
    """A question first: what ends, and which orders are still to be fetched there."""
    point = queries.point_with_id(reading(), desk.commune_id, point_id)
    if request.method == "POST":
        with transaction() as writing:
            actions.use_point(writing, desk.actor, desk.commune_id, point_id, is_active=False, now=clock.now())
        flash(f"{point.name} không còn trong danh sách điểm nhận hàng.")
        return redirect(url_for("office.points"), 303)
    waiting = waiting_at(reading(), desk.commune_id, point_id)
    return render_template("office/settings/point_close.html", point=point, waiting=waiting)


@blueprint.post("/van-phong/cai-dat/diem-nhan/<int:point_id>/mo-lai")
@office_page
def point_reopen(desk: OfficeDesk, point_id: int) -> Page:
    with transaction() as writing:
        actions.use_point(writing, desk.actor, desk.commune_id, point_id, is_active=True, now=clock.now())
    flash("Đã mở lại. Người mua chọn được điểm này khi đặt hàng.")
    return redirect(url_for("office.points"), 303)
