"""The buyer answers a stall that has less than they ordered, or drops a line before it is packed."""

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.orders.actions.line_changes import DropLine
from market.orders.queries.orders import life_of
from market.payments.actions import OfferReply, drop_line, reply_to_offer
from market.payments.queries import facts_of_goods, payment_of
from market.web.base.addresses import row_number
from market.web.base.seen import seen_given
from market.web.base.web import Page, actor
from market.web.shop.blueprint import blueprint
from market.web.shop.order.access import order_to_see, own_order
from market.web.shop.order.forms import DropLineForm
from market.web.shop.order.views.orders import own_page


@blueprint.post("/don/<code>/dong-y")
def order_agree(code: str) -> Page:
    return _replied(code, agrees=True, said="Đã ghi: bạn lấy số còn lại.")


@blueprint.post("/don/<code>/thoi")
def order_refuse(code: str) -> Page:
    return _replied(code, agrees=False, said="Đã bỏ món này khỏi đơn.")


def _replied(code: str, *, agrees: bool, said: str) -> Page:
    """The buyer's yes or no to less. Refused comes back as the order's page, as it now stands."""
    order = own_order(code)
    try:
        number = request.form.get("lan", 0, type=row_number)
        with transaction() as writing:
            answer = OfferReply(number=number, agrees=agrees, seen=seen_given())
            reply_to_offer(writing, actor(), order.id, answer, clock=clock.now)
    except Refused as error:
        return own_page(order, error)
    flash(said)
    return redirect(url_for("shop.order", code=order.code), 303)


@blueprint.route("/don/<code>/bo-mon", methods=["GET", "POST"])
def order_drop_line(code: str) -> Page:
    """The buyer takes one line off before it is packed."""
    order = own_order(code) if request.method == "POST" else order_to_see(code)
    form = DropLineForm.of_request()
    form.offer(order.lines)
    if form.submitted():
        with form.keeping_what_was_typed():
            off = DropLine(seen=seen_given(), line_id=int(form.line.data), reason=form.reason.data or None)
            with transaction() as writing:
                drop_line(writing, actor(), order.id, off, clock=clock.now)
            flash("Đã bỏ món này. Hàng trả lại gian." if order.is_held else "Đã bỏ món này.")
            return redirect(url_for("shop.order", code=order.code), 303)
    reading().refresh(order)
    life, payment = life_of(order, now=clock.now()), payment_of(reading(), order.id, now=clock.now())
    is_paid = payment is not None and payment.keeps_order
    return form.page(
        "shop/order/order_drop_line.html",
        order=order,
        can_drop_line=life.can_drop_line and not is_paid,
        to_drop=facts_of_goods(order),
    )
