"""The signed link: a stall answers one order without signing in, until the order's answering time.

The stall's own pages alone show it. Anybody who holds it may answer, so the log says that the answer came by it, and
who was signed in.
"""

from collections.abc import Sequence
from typing import TypedDict

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.orders.actions.transitions import LINK_OLD, LINK_OVER, Decline
from market.orders.models import Order
from market.orders.queries.keys import is_answer_key, is_old_answer_key
from market.orders.queries.orders import OrderViewer, life_of, order_with_code
from market.orders.queries.recalls import BadGoods, bad_goods_of
from market.orders.rules import answer_deadline
from market.orders.rules.life import Life
from market.payments.actions import Accept, OrderRef, accept_order, decline_order
from market.payments.queries import Paid, facts_to_accept, facts_to_decline, order_progress, paid_of
from market.places.queries import quiet_hours
from market.web.base.commune import current_commune
from market.web.base.seen import seen_given
from market.web.base.watching import Watch, watched
from market.web.base.web import Page, actor, signed_in_id, visitor
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import DeclineForm

LINK = "tra-loi"
NOT_FOR_BUYERS = "Đường dẫn này dành cho người bán. Đơn của bạn nằm ở mục Đơn, trang của đơn có nút gọi người bán."


def _order(code: str, signature: str) -> Order:
    """The order of a whole signed link, an old one too; NotFound for any other."""
    if not (is_answer_key(code, signature) or is_old_answer_key(code, signature)):
        raise NotFound("Đường dẫn này không đúng. Mời mở lại tin nhắn và bấm vào đường dẫn.")
    return order_with_code(reading(), current_commune().id, code)


def _is_buyer(order: Order) -> bool:
    """Whether this browser, or the person signed in, ordered it."""
    return OrderViewer(device=visitor(), person_id=signed_in_id()).owns(order.purchase.contact)


def _why_not(order: Order, signature: str) -> str | None:
    """Why the link answers nothing here, or nothing any more, in a sentence; None while it does."""
    if _is_buyer(order):
        return NOT_FOR_BUYERS
    if not is_answer_key(order.code, signature):
        return LINK_OLD
    quiet = quiet_hours(reading(), order.commune_id)
    return LINK_OVER if clock.now() >= answer_deadline(order.placed_at, quiet) else None


def _live_order(code: str, signature: str) -> Order:
    order = _order(code, signature)
    why_not = _why_not(order, signature)
    if why_not:
        raise Conflict("link_expired", why_not)
    return order


@blueprint.get("/tra-loi/<code>/<signature>")
def signed_order(code: str, signature: str) -> Page:
    return _page(_order(code, signature), signature, DeclineForm())


def _page(order: Order, signature: str, form: DeclineForm) -> tuple[str, int]:
    standing = _standing(order, signature)
    return form.page(
        "stall/orders/signed_order.html",
        order=order,
        signature=signature,
        is_buyer=_is_buyer(order),
        to_accept=facts_to_accept(order, standing["paid"]),
        to_decline=facts_to_decline(order, standing["paid"]),
        watch=_watch(order.code, signature, standing),
        **standing,
    )


class SaidOfOrder(TypedDict):
    """What the page says of the order. `why_not`: alone, where the link answers nothing."""

    why_not: str | None
    life: Life
    paid: Paid | None
    bad: Sequence[BadGoods]


def _standing(order: Order, signature: str) -> SaidOfOrder:
    now = clock.now()
    return SaidOfOrder(
        why_not=_why_not(order, signature),
        life=life_of(order, now=now),
        paid=paid_of(reading(), [order.id], now=now).get(order.id),
        bad=bad_goods_of(reading(), [order.id], now=now).get(order.id, ()),
    )


def _watch(code: str, signature: str, said: SaidOfOrder) -> Watch:
    """Who holds the whole link may ask, as they may open the page: it is told no more than the page says."""
    progress = said["why_not"] or (order_progress(said["life"], said["paid"]), said["bad"])
    return Watch(topic=LINK, key=f"{code}.{signature}", progress=progress)


@watched(LINK)
def look_at_link(key: str) -> Watch:
    code, _, signature = key.partition(".")
    order = _order(code, signature)
    return _watch(order.code, signature, _standing(order, signature))


@blueprint.post("/tra-loi/<code>/<signature>/nhan")
def signed_order_accept(code: str, signature: str) -> Page:
    """Refused comes back as the link's page, as the order now stands."""
    order = _live_order(code, signature)
    try:
        answer = Accept(seen=seen_given(), by_link=True)
        which = OrderRef(stall_id=order.stall_id, order_id=order.id)
        with transaction() as writing:
            accept_order(writing, actor(), which, answer, clock=clock.now)
    except Refused as error:
        return _refused_page(order, signature, error, DeclineForm())
    flash("Đã nhận đơn. Khách mở trang đơn là thấy.")
    return redirect(url_for("stall.signed_order", code=code, signature=signature), 303)


def _refused_page(order: Order, signature: str, error: Refused, form: DeclineForm) -> Page:
    form.refuse(error)
    reading().refresh(order)
    page, _ = _page(order, signature, form)
    return page, error.status


@blueprint.post("/tra-loi/<code>/<signature>/tu-choi")
def signed_order_decline(code: str, signature: str) -> Page:
    """Refused comes back as the link's page, as the order now stands."""
    order, form = _live_order(code, signature), DeclineForm.of_request()
    if not form.validate():
        return _page(order, signature, form)
    try:
        answer = Decline(seen=seen_given(), reason=form.sentence(), by_link=True)
        which = OrderRef(stall_id=order.stall_id, order_id=order.id)
        with transaction() as writing:
            decline_order(writing, actor(), which, answer, clock=clock.now)
    except Refused as error:
        return _refused_page(order, signature, error, form)
    flash("Đã trả lời là không nhận đơn. Khách mở trang đơn là thấy.")
    return redirect(url_for("stall.signed_order", code=code, signature=signature), 303)
