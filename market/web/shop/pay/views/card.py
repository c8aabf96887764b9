"""Paying an order by card: a page of the stall's own gateway takes the card, and the buyer comes back from it."""

import logging

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.audit import GUEST
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.orders.models import Order
from market.orders.queries.orders import life_of
from market.payments.actions import begin_card, note_checkout, sync_checkout
from market.payments.card.gateway import expire, fetch, gateway_of
from market.payments.models import CardPayment
from market.payments.ports import CardGateway, NewCheckout
from market.payments.queries import Payment, card_payment, open_card_payment
from market.payments.rules.cards import decline_words
from market.places.rules.modes import Feature
from market.values.money import in_words
from market.web.base.commune import whole_address
from market.web.base.modes import is_allowed_here
from market.web.base.web import Page, actor
from market.web.shop.blueprint import blueprint
from market.web.shop.order.access import order_to_see, own_order
from market.web.shop.order.watching import order_watch_of
from market.web.shop.pay.amount_due import GAVE_UP, payment_here, takes_card

log = logging.getLogger(__name__)

REFUSED = "Nơi nhận thẻ không mở được trang trả cho khoản này. Mời trả cách khác, hoặc gọi người bán."
AWAY = "Nơi nhận thẻ chưa trả lời nên chưa mở được trang trả thẻ. Mời thử lại sau ít phút, hoặc trả cách khác."
UNHEARD = (
    "Chưa hỏi được nơi nhận thẻ xem tiền đã vào chưa. Nếu bạn đã trả xong thì đừng trả lần nữa: "
    "nơi nhận thẻ trả lời là trang này tự báo."
)
NOT_YET = "Nơi nhận thẻ chưa thấy tiền của đơn này. Nếu chưa trả xong, bạn bấm Trả bằng thẻ để làm tiếp."


@blueprint.post("/don/<code>/the")
def pay_card(code: str) -> Page:
    order = own_order(code)
    payment = payment_here(order)
    if not takes_card(order, payment) or not is_allowed_here(Feature.CARD):
        return _to_pay(order)
    try:
        if not _ended_stale(payment) or takes_card(order, payment_here(order)):
            _begin(order)
    except OutsideError as error:
        log.warning("no card session", extra={"order": order.id, "fault": str(error)})
        flash(REFUSED if error.permanent else AWAY, "sun")
        return _to_pay(order)
    return redirect(url_for("shop.card", code=order.code), 303)


@blueprint.get("/don/<code>/the")
def card(code: str) -> Page:
    """Where to go on, while there is a session for what is owed now."""
    order = order_to_see(code)
    payment = payment_here(order)
    if not takes_card(order, payment):
        return _to_pay(order)
    begun = _open_of(payment)
    return render_template(
        "shop/pay/card.html",
        order=order,
        payment=payment,
        watch=order_watch_of(order, life_of(order, now=clock.now()), payment),
        url=begun.url if begun and begun.may_go_on(payment.remaining, clock.now()) else None,
        in_words=in_words(payment.remaining),
    )


@blueprint.get("/don/<code>/the/ve")
def card_back(code: str) -> Page:
    """The buyer is back from the gateway's page: it is asked once, for its own call may come later or never."""
    order = order_to_see(code)
    begun = _open_of(payment_here(order)) if is_allowed_here(Feature.CARD) else None
    if begun is not None and begun.session_id is not None:
        try:
            told = fetch(_gateway(begun), begun.session_id, is_waited_for=True)
            with transaction() as writing:
                sync_checkout(writing, GUEST, begun.id, told, clock=clock.now)
        except OutsideError as error:
            log.warning("card session not heard of", extra={"order": order.id, "fault": str(error)})
            flash(UNHEARD, "sun")
        else:
            if not told.checkout.is_paid:
                declined = told.intent.declined if told.intent else None
                flash(decline_words(declined) if declined else NOT_YET, "sun")
    return _to_pay(order)


def _to_pay(order: Order) -> Page:
    return redirect(url_for("shop.pay", code=order.code), 303)


def _gateway(begun: CardPayment) -> CardGateway:
    return gateway_of(begun.account, current_settings())


def _open_of(payment: Payment) -> CardPayment | None:
    return open_card_payment(reading(), payment.request_id)


def _ended_stale(payment: Payment) -> bool:
    """Close the open session where it asks for another amount or has little time left: nobody must pay twice. Returns
    whether it did: then it may have been paid in the meantime, and what is owed is to be asked anew."""
    begun = _open_of(payment)
    if begun is None or begun.may_go_on(payment.remaining, clock.now()):
        return False
    told = expire(_gateway(begun), begun.session_id) if begun.session_id else None
    with transaction() as writing:
        sync_checkout(writing, GUEST, begun.id, told, clock=clock.now)
    return True


def _begin(order: Order) -> None:
    """Have a session for what is owed: written down first, then asked for, then remembered. A double tap finds the same
    row, asks with the same key, and is given the same session."""
    with transaction() as writing:
        payment_id = begin_card(writing, actor(), order.stall_id, order.id, clock=clock.now)
    begun = card_payment(reading(), payment_id)
    if begun.url is not None:
        return
    try:
        made = _gateway(begun).create_checkout(_new_checkout(order, begun), key=begun.idempotency_key)
    except OutsideError as error:
        if error.permanent:
            with transaction() as writing:
                sync_checkout(writing, GUEST, payment_id, None, clock=clock.now)
        raise
    with transaction() as writing:
        note_checkout(writing, payment_id, made)


def _new_checkout(order: Order, begun: CardPayment) -> NewCheckout:
    return NewCheckout(
        amount=begun.amount,
        order_code=order.code,
        success_url=whole_address(url_for("shop.card_back", code=order.code)),
        cancel_url=whole_address(url_for("shop.pay", code=order.code, the=GAVE_UP)),
        expires_at=begun.expires_at,
    )
