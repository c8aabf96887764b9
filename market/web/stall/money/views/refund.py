"""Giving a buyer's money back: the task with the QR towards them, and the seller's word that it was done."""

from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.base.qr import qr_png
from market.orders.models import Order
from market.orders.queries.complaints import has_conceded
from market.orders.queries.orders import life_of, order_of_stall
from market.payments import actions, queries
from market.payments.queries import Answered, CardRefundable, OwedBack, RefundTo
from market.payments.rules.refunds import RefundState, refund_memo
from market.payments.rules.vietqr import Beneficiary, Transfer
from market.values.money import Dong, format_dong
from market.web.base.access import StallContext, stall_page
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.money.access import back_to_money, of_owners
from market.web.stall.money.forms import CardRefundForm, RefundForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What goes back for an order: `amount` is what is sent now, all that is owed or a part of it, else what was sent
    once and has not come. `for_goods`: because goods were not right. `card`: the card payment that some of it may go
    back to."""

    order: Order
    owed: OwedBack
    refunds: list[Answered]
    account: RefundTo | None
    amount: Dong
    for_goods: bool
    card: CardRefundable | None

    @property
    def to_card(self) -> Dong:
        """As much of the amount as can go back to the card now."""
        if self.card is None or self.card.is_disputed or self.is_again:
            return Dong(0)
        return Dong(min(self.amount, self.card.left))

    @property
    def is_again(self) -> bool:
        """Whether nothing more is owed but for what the buyer says has not come."""
        return self.owed.amount == 0

    @property
    def transfer(self) -> Transfer | None:
        """The transfer to the buyer, its amount and memo fixed; None where they have not said where to."""
        if self.account is None or self.amount == 0 or (self.is_again and not self.owed.is_disputed):
            return None
        to = Beneficiary(bin=self.account.bin, number=self.account.number)
        return Transfer(to=to, amount=self.amount, memo=refund_memo(self.order.code))


def task_of(desk: StallContext, code: str) -> Task | None:
    """None where nothing of the order is to go back any more, NotFound where it is another stall's."""
    order = order_of_stall(reading(), desk.stall_id, code)
    owed = queries.owed_back_of(reading(), order.id, now=clock.now())
    if owed is None:
        return None
    refunds = queries.refunds_answered(reading(), owed.request_id)
    return Task(
        order=order,
        owed=owed,
        refunds=refunds,
        account=_account_of(owed.request_id),
        amount=_amount_asked(request.args, owed, refunds),
        for_goods=has_conceded(reading(), order.id),
        card=queries.card_refundable(reading(), owed.request_id),
    )


def _account_of(request_id: int) -> RefundTo | None:
    """Where the buyer wants it, else where all of it came from."""
    return queries.refund_account_of(reading(), request_id) or queries.paid_from(reading(), request_id)


def _amount_asked(asked: MultiDict[str, str], owed: OwedBack, refunds: list[Answered]) -> Dong:
    """The part that the address asks for, else all of it."""
    typed = "".join(c for c in asked.get("so_tien", "") if c.isascii() and c.isdigit())[:15]
    if owed.amount:
        return Dong(int(typed)) if typed and 0 < int(typed) < owed.amount else owed.amount
    return Dong(sum(one.amount for one in refunds if one.state is RefundState.DISPUTED))


def _nothing_to_give(desk: StallContext, code: str) -> Page:
    flash("Đơn này không còn tiền nào phải trả lại khách.")
    return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)


@blueprint.get("/ban-hang/<gian>/don/<code>/hoan")
@stall_page
@of_owners
def money_refund(desk: StallContext, code: str) -> Page:
    task = task_of(desk, code)
    if task is None:
        return _nothing_to_give(desk, code)
    contact = task.order.purchase.contact
    return render_template(
        "stall/money/money_refund.html",
        desk=desk,
        task=task,
        code=task.order.code,
        phone=None if contact.erased_at else contact.phone,
        can_take_up=life_of(task.order, now=clock.now()).can_take_up and not task.refunds,
        qr=url_for("stall.money_refund_qr", gian=desk.slug, code=task.order.code, so_tien=task.amount),
        memo=refund_memo(task.order.code),
    )


@blueprint.get("/ban-hang/<gian>/don/<code>/hoan.png")
@stall_page
@of_owners
def money_refund_qr(desk: StallContext, code: str) -> Page:
    """The QR of a transfer to the buyer, as a picture."""
    task = task_of(desk, code)
    if task is None:
        return _nothing_to_give(desk, code)
    transfer = task.transfer
    if transfer is None:
        raise NotFound("Đơn này lúc này không có mã để trả khách.")
    return Response(qr_png(transfer.payload()), mimetype="image/png")


@blueprint.post("/ban-hang/<gian>/don/<code>/da-tra")
@stall_page
@of_owners
def money_refunded(desk: StallContext, code: str) -> Page:
    """The seller says that she gave the buyer back what the page showed, or a part of it."""
    order, form = order_of_stall(reading(), desk.stall_id, code), RefundForm.of_request()
    new = form.as_new_refund(order.id)
    with transaction() as writing:
        actions.refund(writing, desk.actor, desk.stall_id, new, clock=clock.now)
    flash(f"Đã ghi bạn báo hoàn khách {format_dong(new.amount)} của đơn {code}. Khách bấm đã nhận là xong.")
    return back_to_money(desk)


@blueprint.post("/ban-hang/<gian>/don/<code>/tra-the")
@stall_page
@of_owners
def money_refund_card(desk: StallContext, code: str) -> Page:
    """Send back to the card what the page showed, or a part of it: written down here, the gateway is asked by a job."""
    order, form = order_of_stall(reading(), desk.stall_id, code), CardRefundForm.of_request()
    new = form.as_new_card_refund(order.id)
    with transaction() as writing:
        actions.ask_card_refund(writing, desk.actor, desk.stall_id, new, clock=clock.now)
    flash(f"Đang trả {format_dong(new.amount)} của đơn {code} vào thẻ khách. Tới đâu, mời xem ở trang Tiền.")
    return back_to_money(desk)
