"""Paying an order by transfer: the QR and what to copy, what came in so far, "Tôi đã chuyển"."""

from flask import Response, flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.base.qr import qr_png
from market.orders.models import Order
from market.orders.queries.orders import life_of
from market.payments.actions import say_paid
from market.payments.queries import Payment
from market.payments.rules.links import app_links
from market.payments.rules.status import Stage
from market.payments.rules.vietqr import Beneficiary, Transfer
from market.sellers.queries import coming_account
from market.sellers.rules import BankRuleKind, banks_with
from market.values.money import in_words
from market.values.period import local_day
from market.web.base.commune import current_commune
from market.web.base.web import Page, actor
from market.web.shop.blueprint import blueprint
from market.web.shop.order.access import order_to_see, own_order
from market.web.shop.order.sightings import note_seen
from market.web.shop.order.views.orders import own_page
from market.web.shop.order.watching import order_watch_of
from market.web.shop.pay.amount_due import GAVE_UP, payment_here, stage_now, takes_card


def _transfer(order: Order, payment: Payment) -> Transfer | None:
    """What the QR asks for: what is still owed, with the order's code after what its bank wants; None where no transfer
    is asked for, and where no bank's app can read a code of the account."""
    today = local_day(clock.now())
    if payment.to is None or stage_now(order, payment) is not Stage.TRANSFER or not payment.to.takes_qr(today):
        return None
    to = Beneficiary(bin=payment.to.bin, number=payment.to.number)
    return Transfer(to=to, amount=payment.due, memo=payment.to.memo(order.code, today))


def _bank(order: Order, payment: Payment) -> dict[str, object]:
    """What the banks on both sides make of a transfer: what it must say, who hears of it, whose apps cannot scan."""
    today, here = local_day(clock.now()), current_commune()
    return {
        "memo": payment.to.memo(order.code, today) if payment.to else order.code,
        "prefix": payment.to.memo_prefix(today) if payment.to else "",
        "tells_by_itself": here.matches_money and payment.to is not None and payment.to.tells_by_itself(today),
        "cannot_scan": banks_with(BankRuleKind.APP_CANNOT_SCAN, today),
        "drops_memo": banks_with(BankRuleKind.APP_DROPS_MEMO, today),
    }


@blueprint.get("/don/<code>/tra-tien")
def pay(code: str) -> Page:
    order = order_to_see(code)
    note_seen(order)
    payment = payment_here(order)
    transfer = _transfer(order, payment)
    life = life_of(order, now=clock.now())
    return render_template(
        "shop/pay/pay.html",
        order=order,
        life=life,
        watch=order_watch_of(order, life, payment),
        payment=payment,
        stage=stage_now(order, payment),
        takes_card=takes_card(order, payment),
        gave_up_card=request.args.get("the") == GAVE_UP,
        coming=coming_account(reading(), order.stall.business_id),
        in_words=in_words(payment.due),
        transfer=transfer,
        **_bank(order, payment),
        apps=app_links(transfer, payment.to.holder) if transfer and payment.to else (),
    )


@blueprint.get("/don/<code>/qr.png")
def pay_qr(code: str) -> Response:
    """The QR of what is still owed, as a picture."""
    order = own_order(code)
    transfer = _transfer(order, payment_here(order))
    if transfer is None:
        raise NotFound("Đơn này lúc này không cần chuyển khoản.")
    return Response(qr_png(transfer.payload()), mimetype="image/png")


@blueprint.post("/don/<code>/da-chuyen")
def pay_said(code: str) -> Page:
    """Refused comes back as the order's page, as it now stands."""
    order = own_order(code)
    try:
        with transaction() as writing:
            say_paid(writing, actor(), order.id, clock=clock.now)
    except Refused as error:
        return own_page(order, error)
    flash("Đã ghi là bạn đã chuyển, người bán mở đơn là thấy. Hàng được giữ thêm cho bạn.")
    return redirect(url_for("shop.pay", code=order.code), 303)
