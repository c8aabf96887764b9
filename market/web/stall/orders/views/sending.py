"""A stall writes with whom an order went out of the commune: the bus or courier, its bill, whom to call."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.sending import say_sent
from market.orders.queries.orders import life_of, order_of_stall
from market.web.base.access import StallContext, stall_page
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import SentOffForm


@blueprint.route("/ban-hang/<gian>/don/<code>/gui-di", methods=["GET", "POST"])
@stall_page
def order_sent(desk: StallContext, code: str) -> Page:
    order = order_of_stall(reading(), desk.stall_id, code)
    form = SentOffForm.of_request(obj=order.consignment)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                say_sent(writing, desk.actor, desk.stall_id, order.id, form.sent(), clock=clock.now)
            flash("Đã ghi nhà xe, vận đơn. Khách mở trang đơn là thấy.")
            return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)
    life = life_of(order, now=clock.now())
    return form.page("stall/orders/order_sent.html", desk=desk, order=order, life=life)
