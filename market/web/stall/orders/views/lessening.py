"""A stall has less than was ordered: it says what is left, and the buyer is asked; or it has enough after all."""

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.line_changes import OfferLess
from market.orders.models import Order
from market.orders.queries.orders import life_of, order_of_stall
from market.orders.rules import OrderSource, answer_deadline
from market.payments.actions import OrderRef, offer_less, take_back_offer
from market.payments.queries import facts_to_decline, payment_of
from market.places.queries import quiet_hours
from market.values.period import spoken_moment
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import LessForm
from market.web.stall.orders.views.orders import tapped


@blueprint.route("/ban-hang/<gian>/don/<code>/con-it", methods=["GET", "POST"])
@stall_page
def order_less(desk: StallContext, code: str) -> Page:
    order, form = order_of_stall(reading(), desk.stall_id, code), LessForm.of_request()
    form.read_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            offer = OfferLess(seen=seen_given(), left=form.left(order.lines), stops_sale=bool(form.stops.data))
            which = OrderRef(stall_id=desk.stall_id, order_id=order.id)
            with transaction() as writing:
                offer_less(writing, desk.actor, which, offer, clock=clock.now)
            flash(_said(order))
            return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)
    return _page(desk, order, form)


def _said(order: Order) -> str:
    if order.source is OrderSource.PHONE:
        return f"Đã ghi số còn của đơn {order.code}."
    return f"Đã ghi số còn của đơn {order.code}. Khách mở trang đơn là thấy câu hỏi, bạn gọi nhắc thì nhanh hơn."


def _page(desk: StallContext, order: Order, form: LessForm) -> Page:
    reading().refresh(order)
    now = clock.now()
    payment = payment_of(reading(), order.id, now=now)
    until = answer_deadline(now, quiet_hours(reading(), order.commune_id))
    return form.page(
        "stall/orders/order_less.html",
        desk=desk,
        order=order,
        life=life_of(order, now=now),
        until=spoken_moment(until, now),
        to_offer=facts_to_decline(order, payment),
    )


@blueprint.post("/ban-hang/<gian>/don/<code>/du-hang")
@stall_page
def order_less_back(desk: StallContext, code: str) -> Page:
    def take_back(session: Session, which: OrderRef) -> None:
        take_back_offer(session, desk.actor, which, seen_given(), clock=clock.now)

    return tapped(desk, code, take_back, f"Đã ghi đủ hàng, đơn {code} giao đủ như khách đặt.")
