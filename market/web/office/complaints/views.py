"""What waits for the commune of goods that were not right: both sides with their pictures, and the outcome."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.queries.complaints import (
    complaint_of_commune,
    complaints_at_office,
    facts_of_complaint,
    photo_of_commune,
)
from market.payments.actions import decide_complaint
from market.web.base.access import OfficeDesk, office_page
from market.web.base.complaints import complaint_picture
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.approvals.waiting import queue_watch
from market.web.office.blueprint import blueprint
from market.web.office.complaints.forms import DecisionForm


@blueprint.get("/van-phong/duyet/hang-khong-dung")
@office_page
def complaints(desk: OfficeDesk) -> Page:
    watch = queue_watch(desk)
    page = listed(lambda first, most: complaints_at_office(reading(), desk.commune_id, first, most), "trang")
    return render_template(
        "office/complaints/complaints.html", desk=desk, watch=watch, complaints=page, now=clock.now()
    )


@blueprint.route("/van-phong/duyet/hang-khong-dung/<int:complaint_id>", methods=["GET", "POST"])
@office_page
def complaint(desk: OfficeDesk, complaint_id: int) -> Page:
    form = DecisionForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_decision(seen_given())
            with transaction() as writing:
                decide_complaint(writing, desk.actor, desk.commune_id, complaint_id, new, clock=clock.now)
            flash("Đã ghi kết luận. Hai bên mở trang đơn là thấy.")
            return redirect(url_for("office.complaints"), 303)
    found = complaint_of_commune(reading(), desk.commune_id, complaint_id)
    return form.page(
        "office/complaints/complaint.html",
        desk=desk,
        complaint=found,
        order=found.order,
        facts=facts_of_complaint(found),
    )


@blueprint.get("/van-phong/duyet/hang-khong-dung/anh/<int:complaint_photo_id>")
@office_page
def complaint_photo(desk: OfficeDesk, complaint_photo_id: int) -> Page:
    return complaint_picture(photo_of_commune(reading(), desk.commune_id, complaint_photo_id))
