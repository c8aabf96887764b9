"""What was bought: the receipt, each order, and the list of this phone. `access` says who sees how much of it."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.base.qr import qr_svg
from market.base.secrets import fingerprint, random_key
from market.orders.actions import carts
from market.orders.actions.attaching import attach_purchase
from market.orders.actions.carts import CartKey
from market.orders.actions.no_show import say_was_there
from market.orders.actions.talking import NewMessage, write_message
from market.orders.models import Order
from market.orders.queries.again import goods_again, said_again
from market.orders.queries.changes import changes_told, question_of
from market.orders.queries.complaints import claimable, complaints_of, newest_step
from market.orders.queries.keys import SHORT, attach_key, hand_over_key, is_attach_key, is_follow_key
from market.orders.queries.offers import offers_of
from market.orders.queries.orders import Receipt, life_of, orders_of_buyer
from market.orders.queries.recalls import BadGoods, bad_goods_of, bad_goods_of_purchase
from market.orders.queries.talk import talk_of
from market.orders.rules import OrderSource, Recipient
from market.orders.rules.life import Life
from market.payments.actions import cancel_order
from market.payments.queries import Payment, facts_to_reply, payment_of
from market.payments.queries.debts import debt_at_hand_over
from market.web.base.commune import current_commune, whole_address
from market.web.base.cookies import CART, CART_COUNT, keep, read
from market.web.base.forms import BaseForm
from market.web.base.listing import number_asked
from market.web.base.push import turn_off, turn_on
from market.web.base.refusals import note_refusal
from market.web.base.talk import MessageForm
from market.web.base.web import Page, actor, require_person, signed_in, signed_in_id, visitor
from market.web.shop.blueprint import blueprint
from market.web.shop.order.access import (
    NO_ORDER,
    Access,
    access_to,
    follow,
    is_of_own_stall,
    order_code,
    order_here,
    own_order,
    own_receipt,
    receipt_code,
    receipt_here,
    unlock,
    viewer,
)
from market.web.shop.order.forms import FindForm, UnlockForm
from market.web.shop.order.push import holder_of, push_box
from market.web.shop.order.sightings import note_read, note_receipt_seen, note_seen
from market.web.shop.order.watching import (
    HERE,
    look_at_orders,
    order_watch,
    order_watch_by_digits,
    orders_watch,
    receipt_watch,
)

ATTACH_OVER = "Đường dẫn giữ đơn này đã hết hạn hoặc không phải của máy này. Mời mở lại đơn trên máy đã đặt."


@blueprint.get("/bien-nhan/<code>")
def purchase(code: str) -> Page:
    code = receipt_code(code)
    receipt = receipt_here(code)
    access = access_to(receipt)
    if receipt is None or access is Access.CLOSED:
        return _closed(url_for("shop.purchase", code=code), UnlockForm())
    is_owner = access is Access.OWNED
    if is_owner and note_receipt_seen(receipt):
        receipt = receipt_here(code) or receipt
    messages = {order.code: _message_to_seller(order.code, order.stall_name) for order in receipt.orders}
    return render_template(
        "shop/order/purchase.html",
        receipt=receipt,
        messages=messages,
        is_owner=is_owner,
        bad=_bad_goods_of(receipt),
        to_attach=_to_attach(receipt) if is_owner else None,
        push=push_box(receipt, receipt.code) if is_owner else None,
        watch=receipt_watch(receipt),
    )


@blueprint.get("/don/<code>")
def order(code: str) -> Page:
    """All of it to its owner; to the stall's own people their own page of it; how it stands to who opened it."""
    found = order_here(code)
    access = access_to(found)
    if access is not Access.OWNED and found is not None and is_of_own_stall(found):
        return redirect(url_for("stall.order", gian=found.stall.slug, code=found.code), 303)
    if found is None or access is Access.CLOSED:
        return _closed(url_for("shop.order", code=order_code(code)), UnlockForm())
    if access is Access.OPENED:
        return _status_page(found)
    note_seen(found)
    return own_page(found)


def own_page(order: Order, refused: Refused | None = None, saying: MessageForm | None = None) -> Page:
    """The order's whole page as its owner sees it, with what was just refused, and a message that is being written."""
    saying = saying or MessageForm()
    if refused is not None:
        note_refusal(refused)
        reading().refresh(order)
    life, payment = life_of(order, now=clock.now()), payment_of(reading(), order.id, now=clock.now())
    talk = talk_of(reading(), order, Recipient.BUYER, now=clock.now())
    note_read(order, talk)
    page, status = saying.page(
        "shop/order/order.html",
        talk=talk,
        saying=saying,
        order=order,
        life=life,
        bad=_bad_goods(order),
        is_owner=True,
        watch=order_watch(order.code, life, payment, talk.newest, newest_step(reading(), order)),
        refused=refused.sentence if refused else None,
        payment=payment,
        **_beside(order, life),
        can_pay=_can_pay(order, life, payment),
        **_to_seller(order, life),
    )
    return page, refused.status if refused else status


def _beside(order: Order, life: Life) -> dict[str, object]:
    """What is asked of the buyer about the order's goods, what their answer rests on, what changed before, what is
    owed; where they take a guest's purchase into their account, and may be told by push."""
    push = push_box(order, order.purchase.code) if life.is_open else None
    question = question_of(reading(), order)
    to_reply = facts_to_reply(order, question) if question else {}
    return {
        "question": question,
        "to_reply": to_reply,
        "story": changes_told(reading(), order),
        "on_credit": debt_at_hand_over(reading(), order.id) if life.is_handed_over else None,
        "to_attach": _to_attach(order),
        "push": push,
        "complaints": complaints_of(reading(), order),
        "may_complain": bool(claimable(reading(), order, now=clock.now())),
    }


def _to_seller(order: Order, life: Life) -> dict[str, object]:
    """What the buyer sends to the seller, and what they show once the goods are in hand."""
    key = hand_over_key(order.code)
    is_shown = life.can_hand_over and order.source is OrderSource.MARKET
    qr = qr_svg(_hand_over_address(order, key), "Mã QR nhận hàng") if is_shown else None
    message = _message_to_seller(order.code, order.stall.name)
    return {"message": message, "hand_over_qr": qr, "hand_over_short": key[-SHORT:]}


def _to_attach(found: Order | Receipt) -> str | None:
    """Where the buyer takes a guest's purchase into their account; None where an account holds it."""
    whose, code = (found, found.orders[0].code) if isinstance(found, Receipt) else (found.purchase.contact, found.code)
    if whose.holder_id is not None:
        return None
    key = attach_key(found.purchase_id, visitor(), now=clock.now())
    return url_for("shop.order_attach", code=code, attach_key=key)


def _can_pay(order: Order, life: Life, payment: Payment | None) -> bool:
    """Whether something may be paid by a way that the market shows: all of it, or its deposit before it is weighed."""
    if payment is None or not (life.can_hand_over or (life.waits_for_scale and payment.awaits_deposit)):
        return False
    return payment.to is not None or _takes_card(order)


def _takes_card(order: Order) -> bool:
    return current_commune().takes_cards and order.stall.accepts_card and order.source is OrderSource.MARKET


def _status_page(order: Order) -> Page:
    life, bad = life_of(order, now=clock.now()), _bad_goods(order)
    watch = order_watch_by_digits(order.code, life)
    return render_template("shop/order/order.html", order=order, life=life, bad=bad, is_owner=False, watch=watch)


def _bad_goods_of(receipt: Receipt) -> Mapping[str, Sequence[BadGoods]]:
    if not any(order.has_bad_lot for order in receipt.orders):
        return {}
    return bad_goods_of_purchase(reading(), receipt.purchase_id, now=clock.now())


def _bad_goods(order: Order) -> Sequence[BadGoods]:
    return bad_goods_of(reading(), [order.id], now=clock.now()).get(order.id, ())


def _hand_over_address(order: Order, key: str) -> str:
    return whole_address(f"{url_for('stall.order_hand_over', gian=order.stall.slug, code=order.code)}?ma={key}")


def _message_to_seller(code: str, stall_name: str) -> str:
    """The text the buyer sends: what is ordered, and the order's own address, which gives nobody a right."""
    address = whole_address(url_for("shop.order", code=code))
    return f"Chào {stall_name}, tôi vừa đặt đơn {code} trên Chợ số {current_commune().short_name}. Mời xem: {address}"


def _closed(page: str, form: UnlockForm) -> Page:
    """How to open the page that this browser may not see: the same whether or not it is there."""
    back = url_for("account.sign_in", tiep=page) if signed_in_id() is None else None
    return form.page("shop/order/order_unlock.html", action=f"{page}/mo", to_sign_in=back)


@blueprint.get("/don/<code>/cua-toi/<follow_key>")
def order_follow(code: str, follow_key: str) -> Page:
    """Where who rang up sees the order that a stall wrote down for them: from here on this browser holds it. To the
    stall's own people it is their own page of it."""
    order = order_here(code)
    if order is None or order.source is not OrderSource.PHONE or not is_follow_key(order.code, follow_key):
        raise NotFound(NO_ORDER)
    if order.purchase.contact.erased_at is None and not is_of_own_stall(order):
        follow(order)
    return redirect(url_for("shop.order", code=order.code), 303)


@blueprint.post("/don/<code>/mo")
def order_unlock(code: str) -> Page:
    code = order_code(code)
    return _unlocked(code, order_here(code), url_for("shop.order", code=code))


@blueprint.post("/bien-nhan/<code>/mo")
def purchase_unlock(code: str) -> Page:
    code = receipt_code(code)
    return _unlocked(code, receipt_here(code), url_for("shop.purchase", code=code))


def _unlocked(code: str, found: Order | Receipt | None, page: str) -> Page:
    form = UnlockForm.of_request()
    if form.submitted() and unlock(code, found, form.digits()):
        return redirect(page, 303)
    form.refusal = form.refusal or "Mã đơn hoặc 4 số này chưa đúng. Mời xem lại cả hai."
    return _closed(page, form)


@blueprint.post("/bien-nhan/<code>/bao-tin")
def purchase_push(code: str) -> Page:
    """Tell this browser, which placed the purchase without an account, of it."""
    return turn_on(holder_of(own_receipt(code)))


@blueprint.post("/bien-nhan/<code>/thoi-bao-tin")
def purchase_push_stop(code: str) -> Page:
    return turn_off(holder_of(own_receipt(code)))


@blueprint.post("/don/<code>/huy")
def order_cancel(code: str) -> Page:
    """Refused comes back as the order's page, as it now stands."""
    order = own_order(code)
    try:
        with transaction() as writing:
            cancel_order(writing, actor(), order.id, clock=clock.now)
    except Refused as error:
        return own_page(order, error)
    flash("Đã hủy đơn. Hàng trả lại gian." if order.is_held else "Đã hủy đơn.")
    return redirect(url_for("shop.order", code=order.code), 303)


@blueprint.post("/don/<code>/nhan-tin")
def order_say(code: str) -> Page:
    """What is not sent comes back with the order's page, as it was typed."""
    order, form = own_order(code), MessageForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = NewMessage(order_id=order.id, text=form.text.data or "", client_key=form.client_key.data)
            with transaction() as writing:
                write_message(writing, actor(), new, clock=clock.now)
            flash("Tin nhắn đã nằm trong đơn. Người bán mở đơn là đọc được.")
            return redirect(url_for("shop.order", code=order.code, _anchor="nhan-tin"), 303)
    return own_page(order, saying=form)


@blueprint.route("/don/<code>/giu/<attach_key>", methods=["GET", "POST"])
@signed_in
def order_attach(code: str, attach_key: str) -> Page:
    """Take a purchase into one's account: the key was shown to its owner on this browser, and lives through the
    sign-in, after which the browser alone may open it no more."""
    order, person_id = order_here(code), require_person()
    if order is None or not is_attach_key(order.purchase_id, visitor(), attach_key, now=clock.now()):
        raise NotFound(ATTACH_OVER)
    form = BaseForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                attach_purchase(writing, actor(), order.purchase_id, person_id, now=clock.now())
            flash("Đơn đã nằm trong tài khoản của bạn: đăng nhập ở máy nào cũng thấy.")
            return redirect(url_for("shop.order", code=order.code), 303)
    return form.page("shop/order/order_attach.html", order=order)


@blueprint.post("/don/<code>/da-den")
def order_was_there(code: str) -> Page:
    """The buyer says that they did come. Refused comes back as the order's page."""
    order = own_order(code)
    try:
        with transaction() as writing:
            say_was_there(writing, actor(), order.id, clock=clock.now)
    except Refused as error:
        return own_page(order, error)
    flash("Đã ghi là bạn có đến: lần này không tính. Mời gọi người bán nếu vẫn cần hàng.")
    return redirect(url_for("shop.order", code=order.code), 303)


@blueprint.post("/don/<code>/dat-lai")
def order_again(code: str) -> Page:
    """The same goods once more, at the prices of now: what is gone or dearer is said, and the check-out is next."""
    order = own_order(code)
    known = read(CART)
    key = known or random_key()
    again = goods_again(order.lines, offers_of(reading(), [line.variant_id for line in order.lines], now=clock.now()))
    if not again.wanted:
        return own_page(
            order, Refused("not_for_sale", f"{' '.join(again.said)} Đơn này không còn món nào đặt lại được.")
        )
    of_cart = CartKey(commune_id=order.commune_id, key_hash=fingerprint(key), is_drawn=not known)
    with transaction() as writing:
        lines = carts.refill(writing, of_cart, again.wanted, now=clock.now())
    flash(" ".join((f"Đã bỏ lại vào giỏ: {said_again(again)}.", *again.said)))
    answer = redirect(url_for("shop.checkout"), 303)
    keep(answer, CART, key)
    keep(answer, CART_COUNT, str(lines))
    return answer


@blueprint.get("/don")
def orders() -> Page:
    form = FindForm(request.args if "ma" in request.args else None)
    if "ma" in request.args and form.validate():
        try:
            return redirect(url_for("shop.order", code=form.code(current_commune().letters)), 303)
        except ValueError as error:
            form.refusal = str(error)
    found = orders_of_buyer(reading(), current_commune().id, viewer(), page=number_asked("page"))
    lives = {order.id: life_of(order, now=clock.now()) for order in found.rows}
    bad = bad_goods_of(reading(), lives.keys(), now=clock.now())
    watch = orders_watch(lives, bad) if found.number == 1 else look_at_orders(HERE)
    return form.page("shop/order/orders.html", orders=found, lives=lives, bad=bad, watch=watch)
