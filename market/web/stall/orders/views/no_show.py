"""A stall writes that a buyer did not come for what stood ready, and which of the goods can still be sold."""

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.no_show import NoShow
from market.orders.models import Order
from market.orders.queries.orders import life_of, order_of_stall
from market.payments.actions import Accept, OrderRef, accept_order, note_no_show
from market.payments.queries import facts_to_decline, payment_of
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import NoShowForm
from market.web.stall.orders.views.orders import tapped


@blueprint.route("/ban-hang/<gian>/don/<code>/khong-den-lay", methods=["GET", "POST"])
@stall_page
def order_no_show(desk: StallContext, code: str) -> Page:
    order = order_of_stall(reading(), desk.stall_id, code)
    form = NoShowForm.of_order(order.lines)
    if form.submitted():
        with form.keeping_what_was_typed():
            answer = NoShow(seen=seen_given(), spoiled=form.spoiled())
            which = OrderRef(stall_id=desk.stall_id, order_id=order.id)
            with transaction() as writing:
                note_no_show(writing, desk.actor, which, answer, clock=clock.now)
            flash(f"Đã ghi khách không đến lấy đơn {code}. Hàng còn bán được đã về lại gian.")
            return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)
    return _page(desk, order, form)


def _page(desk: StallContext, order: Order, form: NoShowForm) -> Page:
    reading().refresh(order)
    now = clock.now()
    payment = payment_of(reading(), order.id, now=now)
    return form.page(
        "stall/orders/order_no_show.html",
        desk=desk,
        order=order,
        life=life_of(order, now=now),
        payment=payment,
        to_decline=facts_to_decline(order, payment),
    )


@blueprint.post("/ban-hang/<gian>/don/<code>/nhan-tra-truoc")
@stall_page
def order_accept_paid_first(desk: StallContext, code: str) -> Page:
    """Take the order of a buyer who did not come before, to be paid by transfer first."""

    def accept(session: Session, which: OrderRef) -> None:
        answer = Accept(seen=seen_given(), asks_payment=True)
        accept_order(session, desk.actor, which, answer, clock=clock.now)

    return tapped(desk, code, accept, f"Đã nhận đơn {code}, xin khách chuyển khoản trước. Khách mở trang đơn là thấy.")
