"""A stall types what the goods of an order weigh, all on one screen."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.weighing import Weighing, weighed_lines
from market.orders.models import Order
from market.orders.queries.orders import life_of, order_of_stall
from market.orders.rules.weighing import weights_of
from market.payments.actions import OrderRef, weigh_order
from market.payments.queries import facts_to_decline, payment_of
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import WeighForm


@blueprint.route("/ban-hang/<gian>/don/<code>/can", methods=["GET", "POST"])
@stall_page
def order_weigh(desk: StallContext, code: str) -> Page:
    order, form = order_of_stall(reading(), desk.stall_id, code), WeighForm.of_request()
    form.read_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = Weighing(seen=seen_given(), weights=form.weights(weighed_lines(order)))
            which = OrderRef(stall_id=desk.stall_id, order_id=order.id)
            with transaction() as writing:
                is_asked = weigh_order(writing, desk.actor, which, new, clock=clock.now)
            flash(_ASKED if is_asked else _WEIGHED)
            return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)
    return _page(desk, order, form)


_ASKED = "Đã ghi số cân. Có món lệch mức đã hẹn nên khách được hỏi trước, bạn gọi nhắc thì nhanh hơn."
_WEIGHED = "Đã ghi số cân. Đơn của khách hiện đúng số tiền phải trả."


def _page(desk: StallContext, order: Order, form: WeighForm) -> Page:
    reading().refresh(order)
    now = clock.now()
    lines = weighed_lines(order)
    return form.page(
        "stall/orders/order_weigh.html",
        desk=desk,
        order=order,
        life=life_of(order, now=now),
        lines=lines,
        weights={line.id: weights_of(line) for line in lines},
        to_weigh=facts_to_decline(order, payment_of(reading(), order.id, now=now)),
    )
