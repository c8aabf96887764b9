"""The days on which a pickup point is closed though it would be open, of which buyers and sellers are told."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.slots import close_day
from market.places import queries
from market.places.actions.closures import reopen_day
from market.places.queries.hours import closures_of
from market.values.period import format_date, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.settings.forms import ClosedDayForm, ReopenedDayForm


@blueprint.route("/van-phong/cai-dat/diem-nhan/<int:point_id>/ngay-nghi", methods=["GET", "POST"])
@office_page
def point_closures(desk: OfficeDesk, point_id: int) -> Page:
    point = queries.point_with_id(reading(), desk.commune_id, point_id)
    form = ClosedDayForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            closed = form.as_closed_day(desk.commune_id, point_id)
            with transaction() as writing:
                told = close_day(writing, desk.actor, closed, now=clock.now())
            orders = f"Đã báo khách và người bán của {told} đơn." if told else "Chưa đơn nào hẹn ngày ấy."
            flash(f"Đã ghi nghỉ ngày {format_date(closed.day)}. {orders}")
            return redirect(url_for("office.point_closures", point_id=point_id), 303)
    closures = closures_of(reading(), point_id, local_day(clock.now()))
    return form.page("office/settings/point_closures.html", point=point, closures=closures)


@blueprint.post("/van-phong/cai-dat/diem-nhan/<int:point_id>/mo-ngay")
@office_page
def point_day_reopen(desk: OfficeDesk, point_id: int) -> Page:
    queries.point_with_id(reading(), desk.commune_id, point_id)
    form = ReopenedDayForm.of_request()
    if form.submitted():
        with transaction() as writing:
            reopen_day(writing, desk.actor, desk.commune_id, point_id, form.day.data, now=clock.now())
        flash(f"Ngày {format_date(form.day.data)} điểm nhận mở lại. Đơn đã mất buổi thì người bán hẹn lại.")
    return redirect(url_for("office.point_closures", point_id=point_id), 303)
