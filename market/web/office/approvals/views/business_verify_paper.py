"""The paper of somebody who has no account: it opens their stall for the helper whom they named on a signed mandate."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.sellers import actions, queries
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.approvals.forms import VerifyForm
from market.web.office.blueprint import blueprint


@blueprint.route("/van-phong/so-ho/<int:business_id>/xac-nhan-giay", methods=["GET", "POST"])
@office_page
def business_verify_paper(desk: OfficeDesk, business_id: int) -> Page:
    business = queries.business_of(reading(), desk.commune_id, business_id)
    form = VerifyForm.of_request(data={"full_name": business.owner_name or ""})
    if form.submitted():
        with form.keeping_what_was_typed():
            verify = form.as_verify_on_paper(desk.commune_id, business_id, seen_given())
            with transaction() as writing:
                actions.verify_on_paper(writing, desk.actor, verify, clock=clock.now)
            flash(f"Đã xác nhận {business.name} theo giấy. Gian hàng đã mở, người được ủy quyền mở ở Thôn tôi.")
            return redirect(url_for("office.business", business_id=business_id), 303)
    today = local_day(clock.now())
    return form.page(
        "office/approvals/business_verify_paper.html",
        business=business,
        mandates=queries.paper_mandates(reading(), business_id, today),
        claimants=queries.has_claimants(reading(), business_id),
        verification=queries.verification_of(reading(), business_id),
        facts=queries.paper_facts(reading(), business, today),
    )
