"""The packing list: what to bring where, for whom, paid or to be collected."""

from flask import render_template

from market.base import clock
from market.base.db import reading
from market.web.base.access import StallContext, stall_page
from market.web.base.listing import number_asked
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.queries import packing_list


@blueprint.get("/ban-hang/<gian>/dong-hang")
@stall_page
def packing(desk: StallContext) -> Page:
    now = clock.now()
    places = packing_list(reading(), desk.stall_id, page=number_asked("page"), now=now)
    return render_template("stall/orders/packing.html", desk=desk, places=places, made_at=now)
