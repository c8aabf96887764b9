"""A stall's no to an order: for a reason that leaves its goods on sale, or because some of them are gone."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.models import Variant
from market.catalog.queries.stock import available, stopped_for
from market.orders.actions.sold_out import SoldOutAnswer
from market.orders.actions.transitions import Decline
from market.orders.models import Order
from market.orders.queries.orders import life_of, order_of_stall
from market.payments.actions import OrderRef, decline_order, decline_sold_out, sell_again
from market.payments.queries import facts_to_decline, payment_of
from market.values.quantity import format_quantity, unit
from market.web.base.access import StallContext, stall_page
from market.web.base.forms import BaseForm
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import DeclineForm, SoldOutForm


@blueprint.route("/ban-hang/<gian>/don/<code>/tu-choi", methods=["GET", "POST"])
@stall_page
def order_decline(desk: StallContext, code: str) -> Page:
    order, form = order_of_stall(reading(), desk.stall_id, code), DeclineForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            answer = Decline(seen=seen_given(), reason=form.sentence())
            with transaction() as writing:
                decline_order(writing, desk.actor, _ref(desk, order), answer, clock=clock.now)
            back = " Hàng trả lại gian, vẫn bán như cũ." if order.is_held else ""
            flash(f"Đã ghi đơn {code} không giao được.{back} Khách mở trang đơn là thấy, gọi thì khách biết sớm hơn.")
            return _to_order(desk, code)
    return _page(desk, order, form, _sold_out_form(order))


@blueprint.post("/ban-hang/<gian>/don/<code>/het-hang")
@stall_page
def order_sold_out(desk: StallContext, code: str) -> Page:
    order = order_of_stall(reading(), desk.stall_id, code)
    form = _sold_out_form(order)
    if form.submitted():
        with form.keeping_what_was_typed():
            answer = SoldOutAnswer(seen=seen_given(), variant_ids=form.chosen())
            with transaction() as writing:
                decline_sold_out(writing, desk.actor, _ref(desk, order), answer, clock=clock.now)
            flash(_said_sold_out(order))
            return _to_order(desk, code)
    return _page(desk, order, DeclineForm(), form)


def _said_sold_out(order: Order) -> str:
    """What is true by now: an order that was declined before stops nothing more."""
    stopped = stopped_for(reading(), order.id, [line.variant_id for line in order.lines])
    goods = f" Đã ngừng bán: {', '.join(stopped)}." if stopped else " Không món nào ngừng bán thêm."
    return f"Đã ghi đơn {order.code} không giao được.{goods} Khách mở trang đơn là thấy lý do."


@blueprint.post("/ban-hang/<gian>/don/<code>/ban-lai")
@stall_page
def order_sell_again(desk: StallContext, code: str) -> Page:
    order = order_of_stall(reading(), desk.stall_id, code)
    with transaction() as writing:
        again = sell_again(writing, desk.actor, _ref(desk, order), clock=clock.now)
        left = available(writing, [one.id for one in again], now=clock.now())
        said = ", ".join(_said_left(one, left[one.id]) for one in again)
    is_over = not life_of(order, now=clock.now()).is_open
    flash(f"Đã bán lại như trước: {said}." + (f" Đơn {code} vẫn dừng, khách muốn mua thì đặt lại." if is_over else ""))
    return _to_order(desk, code)


def _said_left(variant: Variant, left: int | None) -> str:
    name = f"{variant.product.name} {variant.label}".strip()
    return name if left is None else f"{name} (còn {format_quantity(left, unit(variant.unit))})"


def _sold_out_form(order: Order) -> SoldOutForm:
    form = SoldOutForm.of_request()
    form.offer(order.lines)
    return form


def _ref(desk: StallContext, order: Order) -> OrderRef:
    return OrderRef(stall_id=desk.stall_id, order_id=order.id)


def _to_order(desk: StallContext, code: str) -> Page:
    return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)


def _page(desk: StallContext, order: Order, form: DeclineForm, gone: SoldOutForm) -> tuple[str, int]:
    wrong: BaseForm = gone if gone.errors or gone.refusal else form
    reading().refresh(order)
    now = clock.now()
    payment = payment_of(reading(), order.id, now=now)
    return wrong.page(
        "stall/orders/order_decline.html",
        desk=desk,
        order=order,
        life=life_of(order, now=now),
        why=form,
        gone=gone,
        payment=payment,
        to_decline=facts_to_decline(order, payment),
    )
