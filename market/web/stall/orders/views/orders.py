"""A stall's orders: the list, one order, its answers and its hand-over."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.catalog.queries.stock import stopped_for
from market.orders.actions.talking import NewMessage, write_message
from market.orders.models import Order
from market.orders.queries.changes import changes_told
from market.orders.queries.complaints import complaints_of
from market.orders.queries.keys import answer_key, follow_key
from market.orders.queries.no_shows import no_shows_of
from market.orders.queries.orders import (
    life_of,
    order_of_stall,
    orders_over,
)
from market.orders.queries.recalls import bad_goods_of
from market.orders.queries.sharing import goods_wanted_beyond
from market.orders.queries.still import OpenPages, open_orders
from market.orders.queries.talk import talk_hints, talk_of
from market.orders.rules import OrderSource, PayChoice, Recipient
from market.orders.rules.life import Life
from market.payments.actions import (
    Accept,
    HandOver,
    OrderRef,
    accept_order,
    hand_over,
    ready_order,
    take_up_order,
    tell_acceptance,
)
from market.payments.queries import facts_to_accept, facts_to_confirm, facts_to_decline, paid_of, payment_of
from market.payments.queries.debts import debt_at_hand_over
from market.web.base.access import StallContext, stall_page
from market.web.base.commune import whole_address
from market.web.base.forms import BaseForm
from market.web.base.listing import number_asked
from market.web.base.seen import seen_given
from market.web.base.talk import MessageForm
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.codes import counted_code
from market.web.stall.orders.forms import HandOverForm
from market.web.stall.orders.sightings import note_read

SHOWN = 20
"""So many orders of each kind stand on a page."""


@blueprint.get("/ban-hang/<gian>/don")
@stall_page
def orders(desk: StallContext) -> Page:
    now, session = clock.now(), reading()
    pages = {name: number_asked(name) for name in ("cho", "dang", "page")}
    asked = OpenPages(size=SHOWN, to_answer=pages["cho"], in_hand=pages["dang"])
    still = open_orders(session, desk.stall_id, asked, now=now)
    over = orders_over(session, desk.stall_id, now=now, page=pages["page"])
    waiting, listed = still.to_answer.rows, [*still.in_hand.rows, *over.rows]
    paid = paid_of(session, [order.id for order in (*waiting, *listed)], now=now)
    return render_template(
        "stall/orders/orders.html",
        desk=desk,
        still=still,
        beyond=goods_wanted_beyond(session, desk.stall_id, now=now),
        over=over,
        at={name: page for name, page in pages.items() if page > 1},
        lives={order.id: life_of(order, now=now) for order in listed},
        paid=paid,
        bad=bad_goods_of(session, [order.id for order in (*waiting, *listed)], now=now),
        to_accept={order.id: facts_to_accept(order, paid.get(order.id)) for order in waiting},
        hints=talk_hints(session, [order.id for order in (*waiting, *listed)]),
    )


@blueprint.get("/ban-hang/<gian>/don/<code>")
@stall_page
def order(desk: StallContext, code: str) -> Page:
    return _order_page(desk, order_of_stall(reading(), desk.stall_id, code), BaseForm())


def _order_page(desk: StallContext, order: Order, form: BaseForm, saying: MessageForm | None = None) -> tuple[str, int]:
    payment, life = payment_of(reading(), order.id, now=clock.now()), life_of(order, now=clock.now())
    talk = talk_of(reading(), order, Recipient.SELLER, now=clock.now())
    note_read(order, talk)
    return form.page(
        "stall/orders/order.html",
        desk=desk,
        talk=talk,
        saying=saying or MessageForm(),
        order=order,
        life=life,
        stopped=_stopped(order, life),
        story=changes_told(reading(), order),
        complaints=complaints_of(reading(), order),
        to_answer_less=facts_to_decline(order, payment) if life.is_asked else {},
        payment=payment,
        bad=bad_goods_of(reading(), [order.id], now=clock.now()).get(order.id, ()),
        no_shows=no_shows_of(reading(), order) if life.can_answer else 0,
        to_pass_on=_to_pass_on(order),
        to_follow=_to_follow(desk, order),
        on_credit=None if desk.is_helper else debt_at_hand_over(reading(), order.id),
        to_accept=facts_to_accept(order, payment),
    )


def _stopped(order: Order, life: Life) -> Sequence[str]:
    """What this order stopped the sale of: it was declined, or there was less of it."""
    if life.is_open and not order.changes:
        return ()
    return stopped_for(reading(), order.id, [line.variant_id for line in order.lines])


@blueprint.post("/ban-hang/<gian>/don/<code>/nhan-tin")
@stall_page
def order_say(desk: StallContext, code: str) -> Page:
    """What is not sent comes back with the order's page, as it was typed."""
    order, form = order_of_stall(reading(), desk.stall_id, code), MessageForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            text, key = form.text.data or "", form.client_key.data
            new = NewMessage(order_id=order.id, stall_id=desk.stall_id, text=text, client_key=key)
            with transaction() as writing:
                write_message(writing, desk.actor, new, clock=clock.now)
            flash("Tin nhắn đã nằm trong đơn. Khách mở đơn là đọc được, việc gấp thì gọi.")
            return redirect(url_for("stall.order", gian=desk.slug, code=code, _anchor="nhan-tin"), 303)
    page, _ = _order_page(desk, order, BaseForm(), form)
    return page, form.wrong_status


def _to_pass_on(order: Order) -> str:
    """The text by which the stall has somebody of its own answer: with the signed link, never for the buyer."""
    address = whole_address(url_for("stall.signed_order", code=order.code, signature=answer_key(order.code)))
    return f"Trả lời giúp đơn {order.code} của {order.stall.name}: {address}"


def _to_follow(desk: StallContext, order: Order) -> str | None:
    """The text by which the stall gives who rang up their order; None of an order that its buyer placed."""
    if desk.is_helper or order.source is not OrderSource.PHONE or order.purchase.contact.erased_at is not None:
        return None
    address = whole_address(url_for("shop.order_follow", code=order.code, follow_key=follow_key(order.code)))
    return f"{order.stall.name} đã ghi đơn {order.code} của bạn. Xem đơn, trả tiền bằng mã QR: {address}"


def _back(desk: StallContext, code: str) -> Page:
    """To where the button was: the day's page, else the order's."""
    if request.form.get("tu") == "hom_nay":
        return redirect(url_for("stall.today", gian=desk.slug), 303)
    return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)


@blueprint.post("/ban-hang/<gian>/don/<code>/nhan")
@stall_page
def order_accept(desk: StallContext, code: str) -> Page:
    def accept(session: Session, which: OrderRef) -> None:
        accept_order(session, desk.actor, which, Accept(seen=seen_given()), clock=clock.now)

    return tapped(desk, code, accept, f"Đã nhận đơn {code}. Khách mở trang đơn là thấy.")


def tapped(desk: StallContext, code: str, act: Callable[[Session, OrderRef], object], said: str) -> Page:
    """What one tap on an order does, and back. Refused comes back as the order's page, as it now stands."""
    order = order_of_stall(reading(), desk.stall_id, code)
    try:
        with transaction() as writing:
            act(writing, OrderRef(stall_id=desk.stall_id, order_id=order.id))
    except Refused as error:
        return _refused_page(desk, order, error)
    flash(said)
    return _back(desk, code)


def _refused_page(desk: StallContext, order: Order, error: Refused) -> Page:
    form = BaseForm()
    form.refuse(error)
    reading().refresh(order)
    page, _ = _order_page(desk, order, form)
    return page, error.status


@blueprint.post("/ban-hang/<gian>/don/<code>/san-sang")
@stall_page
def order_ready(desk: StallContext, code: str) -> Page:
    def ready(session: Session, which: OrderRef) -> None:
        ready_order(session, desk.actor, which, clock=clock.now)

    return tapped(desk, code, ready, "Đã ghi hàng sẵn sàng. Khách mở trang đơn là thấy.")


@blueprint.post("/ban-hang/<gian>/don/<code>/da-goi")
@stall_page
def order_called(desk: StallContext, code: str) -> Page:
    """The stall has called the buyer."""

    def tell(session: Session, which: OrderRef) -> None:
        tell_acceptance(session, desk.actor, which, clock=clock.now)

    said = "Đã ghi: bạn đã gọi báo khách. Giờ trả tiền của khách tính từ lúc này."
    return tapped(desk, code, tell, said)


@blueprint.post("/ban-hang/<gian>/don/<code>/nhan-lai")
@stall_page
def order_take_up(desk: StallContext, code: str) -> Page:
    def take_up(session: Session, which: OrderRef) -> None:
        take_up_order(session, desk.actor, which, Accept(seen=seen_given()), clock=clock.now)

    return tapped(desk, code, take_up, f"Đã nhận lại đơn {code}, hàng giữ cho khách.")


@blueprint.route("/ban-hang/<gian>/don/<code>/giao", methods=["GET", "POST"])
@stall_page
def order_hand_over(desk: StallContext, code: str) -> Page:
    """The page that the buyer's QR opens, with its code filled in."""
    order = order_of_stall(reading(), desk.stall_id, code)
    form = HandOverForm.of_request(data={"shown": request.args.get("ma", "")})
    form.allow_credit(is_on_receipt=order.pay_choice is PayChoice.ON_RECEIPT)
    if form.is_posted:
        form.ask_for_cash(is_owed=_is_owed(order))
    if form.submitted():
        with form.keeping_what_was_typed():
            confirmed = _hand_over(desk, order.id, form)
            flash(_handed_over(form, confirmed=confirmed))
            return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)
    now = clock.now()
    payment, life = payment_of(reading(), order.id, now=now), life_of(order, now=now)
    return form.page(
        "stall/orders/order_hand_over.html",
        desk=desk,
        order=order,
        life=life,
        payment=payment,
        bad=bad_goods_of(reading(), [order.id], now=now).get(order.id, ()),
        to_confirm=facts_to_confirm(payment.asked, payment.received) if payment else {},
    )


def _handed_over(form: HandOverForm, *, confirmed: bool) -> str:
    said = "Đã giao hàng, khách đã xác nhận." if confirmed else "Đã giao hàng."
    return f"{said} Đã ghi vào sổ mua chịu." if form.is_on_credit else said


def _is_owed(order: Order) -> bool:
    payment = payment_of(reading(), order.id, now=clock.now())
    return payment is not None and payment.remaining > 0


def _hand_over(desk: StallContext, order_id: int, form: HandOverForm) -> bool:
    """Hand over, with a code that is counted or without one."""
    seen = seen_given() if form.has_cash or form.is_on_credit else ""
    new = HandOver(
        order_id=order_id, shown=form.code(), cash_taken=form.has_cash, on_credit=form.is_on_credit, seen=seen
    )
    counting = nullcontext() if new.shown is None else counted_code(desk.actor, order_id)
    with counting, transaction() as writing:
        return hand_over(writing, desk.actor, desk.stall_id, new, clock=clock.now)
