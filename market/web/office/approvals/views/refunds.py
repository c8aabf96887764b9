"""Buyers who say that money which was to go back to them has not come, and card holders who complained at their bank:
whom the office calls, and no amount."""

from collections.abc import Sequence

from flask import render_template

from market.base.db import reading
from market.payments.queries import MissedRefund, disputed_orders, missed_refunds
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.office.approvals.waiting import queue_watch
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong/duyet/hoan-tien")
@office_page
def refunds(desk: OfficeDesk) -> Page:
    session, watch = reading(), queue_watch(desk)

    def missed(first: int, most: int) -> Sequence[MissedRefund]:
        return missed_refunds(session, desk.commune_id, first=first, most=most)

    return render_template(
        "office/approvals/refunds.html",
        desk=desk,
        watch=watch,
        missed=listed(missed, "trang"),
        disputes=disputed_orders(session, desk.commune_id),
    )
