"""Money that goes back to a buyer: where it is to go, that it has come, that it has not."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.models import Order
from market.orders.queries.orders import life_of
from market.payments.actions import BuyersAnswer, answer_refunds, give_account, withdraw_account
from market.payments.queries import card_refunds_of, facts_of_refunds, refund_account_of, refunds_answered
from market.payments.rules.cards import REFUND_WORDS
from market.payments.rules.refunds import RefundAnswerKind, RefundState
from market.web.base.seen import seen_given
from market.web.base.web import Page, actor
from market.web.shop.blueprint import blueprint
from market.web.shop.order.access import order_to_see, own_order
from market.web.shop.order.watching import order_watch_of
from market.web.shop.pay.amount_due import payment_here
from market.web.shop.pay.forms import RefundAccountForm

NOT_COME = "Đã ghi bạn chưa nhận được. Người bán và cán bộ xã mở trang của mình là thấy."


@blueprint.get("/don/<code>/hoan-tien")
def refund(code: str) -> Page:
    return _page(order_to_see(code), RefundAccountForm())


def _page(order: Order, form: RefundAccountForm) -> tuple[str, int]:
    """The page as it now stands."""
    payment = payment_here(order)
    refunds = refunds_answered(reading(), payment.request_id)
    return form.page(
        "shop/pay/refund.html",
        order=order,
        payment=payment,
        watch=order_watch_of(order, life_of(order, now=clock.now()), payment),
        to_confirm=[one for one in refunds if one.may_be_confirmed],
        can_miss=any(one.may_be_missed for one in refunds),
        is_disputed=any(one.state is RefundState.DISPUTED for one in refunds),
        by_machine=any(one.last in (RefundAnswerKind.BANK, RefundAnswerKind.CARD) for one in refunds),
        is_open=bool(payment.owed_back or payment.told_back),
        account=refund_account_of(reading(), payment.request_id),
        facts=facts_of_refunds(refunds),
        to_card=card_refunds_of(reading(), payment.request_id),
        card_words=REFUND_WORDS,
    )


@blueprint.post("/don/<code>/hoan-tien")
def refund_account(code: str) -> Page:
    """The buyer says where to send it. What is wrong comes back as typed."""
    order, form = own_order(code), RefundAccountForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                give_account(writing, actor(), order.id, form.as_new_account(), clock=clock.now)
            flash("Đã lưu số tài khoản của bạn, người bán mở đơn là thấy. Tiền về, mời bấm đã nhận ở trang này.")
            return _back(order)
    return _page(order, form)


@blueprint.post("/don/<code>/hoan-tien/xoa")
def refund_forget(code: str) -> Page:
    order = own_order(code)
    with transaction() as writing:
        withdraw_account(writing, actor(), order.id, clock=clock.now)
    flash("Đã xóa số tài khoản của bạn khỏi đơn này.")
    return _back(order)


@blueprint.post("/don/<code>/hoan-tien/da-nhan")
def refund_got(code: str) -> Page:
    """The buyer has all of what was given back: their word is the last."""
    return _answer(own_order(code), has_come=True, said="Cảm ơn bạn. Đã ghi bạn nhận lại đủ tiền.")


@blueprint.post("/don/<code>/hoan-tien/chua-nhan")
def refund_missing(code: str) -> Page:
    """The buyer says that it has not come: their seller and the commune's officers see it."""
    return _answer(
        own_order(code),
        has_come=False,
        said=NOT_COME,
    )


def _answer(order: Order, *, has_come: bool, said: str) -> Page:
    answer = BuyersAnswer(has_come=has_come, seen=seen_given())
    with transaction() as writing:
        answer_refunds(writing, actor(), order.id, answer, clock=clock.now)
    flash(said)
    return _back(order)


def _back(order: Order) -> Page:
    return redirect(url_for("shop.refund", code=order.code), 303)
