"""What was bought: the receipt, each order, and the list of this phone. Opens where it was bought, or by the phone's
last four digits."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.attempts import count_try, succeed_try
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.base.qr import qr_svg
from market.orders.actions.brakes import UNLOCK_ORDER
from market.orders.models import Order
from market.orders.queries.keys import SHORT, answer_key, hand_over_key
from market.orders.queries.orders import (
    life_of,
    orders_of_buyer,
    receipt_with_code,
)
from market.payments.actions import cancel_order
from market.payments.queries import payment_of
from market.values.codes import parse_purchase_code
from market.values.text import half_width
from market.web.base.addresses import local_path
from market.web.base.commune import current_commune
from market.web.base.web import Page, actor
from market.web.shop.blueprint import blueprint
from market.web.shop.order.access import looker, may_see, may_see_receipt, order_here, own_order, unlock
from market.web.shop.order.forms import FindForm, UnlockForm


@blueprint.get("/bien-nhan/<code>")
def purchase(code: str) -> Page:
    try:
        receipt = receipt_with_code(reading(), current_commune().id, parse_purchase_code(code), now=clock.now())
    except ValueError as error:
        raise NotFound("Không tìm thấy biên nhận này. Mời xem lại mã.") from error
    if not may_see_receipt(receipt):
        return _locked(receipt.orders[0].code, UnlockForm(), back=request.path)
    messages = {order.code: _message_to_seller(order.code, order.stall_name) for order in receipt.orders}
    return render_template("shop/order/purchase.html", receipt=receipt, messages=messages)


@blueprint.get("/don/<code>")
def order(code: str) -> Page:
    found = order_here(code)
    if not may_see(found):
        return _locked(found.code, UnlockForm(), back=request.path)
    life, payment = life_of(found, now=clock.now()), payment_of(reading(), found.id)
    key = hand_over_key(found.code)
    return render_template(
        "shop/order/order.html",
        order=found,
        life=life,
        payment=payment,
        can_pay=life.can_hand_over and payment is not None and (payment.to is not None or found.stall.accepts_card),
        message=_message_to_seller(found.code, found.stall.name),
        hand_over_qr=qr_svg(_hand_over_address(found, key), "Mã QR nhận hàng") if life.can_hand_over else None,
        hand_over_short=key[-SHORT:],
    )


def _base_url() -> str:
    return current_settings().base_url


def _hand_over_address(order: Order, key: str) -> str:
    path = url_for("stall.order_hand_over", gian=order.stall.slug, code=order.code)
    return f"{_base_url()}{path}?ma={key}"


def _message_to_seller(code: str, stall_name: str) -> str:
    """The text the buyer sends: what is ordered and the link by which the seller answers without signing in."""
    path = url_for("stall.signed_order", code=code, signature=answer_key(code))
    return (
        f"Chào {stall_name}, tôi vừa đặt đơn {code} trên Chợ số {current_commune().short_name}. "
        f"Bấm vào đây để nhận đơn: {_base_url()}{path}"
    )


def _locked(code: str, form: UnlockForm, *, back: str) -> Page:
    return form.page("shop/order/order_unlock.html", code=code, back_to=back)


@blueprint.post("/don/<code>/mo")
def order_unlock(code: str) -> Page:
    order, form, back = order_here(code), UnlockForm.of_request(), request.form.get("tiep", "")
    number = count_try(UNLOCK_ORDER, order.id)
    if form.submitted() and order.purchase.contact.phone.endswith(_digits(form.last4.data)):
        succeed_try(number)
        unlock(order)
        return redirect(back if _is_receipt(back) else url_for("shop.order", code=order.code), 303)
    form.refusal = form.refusal or "4 số này chưa đúng với số điện thoại đặt hàng. Mời xem lại."
    return _locked(order.code, form, back=back)


def _digits(typed: str | None) -> str:
    """Exactly four digits; else what no phone ends with."""
    digits = half_width(typed or "").strip()
    return digits if len(digits) == 4 and digits.isascii() and digits.isdigit() else "-"


def _is_receipt(path: str) -> bool:
    return path.startswith("/bien-nhan/") and local_path(path) is not None


@blueprint.post("/don/<code>/huy")
def order_cancel(code: str) -> Page:
    order = own_order(code)
    with transaction() as writing:
        cancel_order(writing, actor(), order.id, clock=clock.now)
    flash("Đã hủy đơn. Hàng trả lại gian.")
    return redirect(url_for("shop.order", code=order.code), 303)


@blueprint.get("/don")
def orders() -> Page:
    form = FindForm(request.args if "ma" in request.args else None)
    if "ma" in request.args and form.validate():
        try:
            return redirect(url_for("shop.order", code=form.code(current_commune().letters)), 303)
        except ValueError as error:
            form.refusal = str(error)
    found = orders_of_buyer(reading(), current_commune().id, looker())
    lives = {order.id: life_of(order, now=clock.now()) for order in found}
    return form.page("shop/order/orders.html", orders=found, lives=lives)
