"""Cards: an order's session at the stall's own gateway account, and the money the gateway itself says has come."""

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, OutsideError, Refused
from market.orders.actions.transitions import hold_for_card
from market.orders.models import Order
from market.orders.rules import OrderSource, OrderStatus
from market.payments.actions.allocations import Source, add_allocation
from market.payments.actions.card_leaving import note_left_again
from market.payments.actions.locking import OrderMoney, lock_order, lock_order_of_stall
from market.payments.actions.orders import end_by_time, end_if_overdue
from market.payments.models import AllocationKind, CardAccount, CardPayment, PaymentRequest
from market.payments.ports import Checkout, CheckoutSnapshot, Intent, LeftAgain
from market.payments.queries.cards import card_account_of, open_card_payment
from market.payments.queries.modes import is_on, of_card_payment, of_stall, require
from market.payments.rules.cards import CHECKOUT_LIFE, HOLD_BEYOND
from market.payments.rules.status import remaining
from market.places.rules.modes import Feature
from market.sellers.models import Stall
from market.values.money import Dong

CURRENCY = "vnd"


def begin_card(session: Session, actor: Actor, stall_id: int, order_id: int, *, clock: Clock) -> int:
    """Write down a go at paying all that an order still asks, before the gateway is asked for a session; the goods are
    held meanwhile. While one is open for this very amount it is that one. Returns its id.

    Conflict where the order takes no money now, or is paid, or asks for another amount than the open one; NotFound for
    no such order. Refused where the commune's market takes no cards.
    """
    require(session, of_stall(stall_id), Feature.CARD)
    held = lock_order_of_stall(session, stall_id, order_id, clock=clock)
    account, request = _account_to_pay(session, held), held.asked
    left = remaining(request.amount, request.received)
    if left == 0:
        raise Conflict("already_paid", "Đơn này đã đủ tiền rồi, bạn không phải trả thêm.")
    known = open_card_payment(session, request.id)
    if known is not None and known.amount != left:
        raise Conflict("amount_changed", "Số tiền còn phải trả vừa đổi. Mời quay lại trang trả tiền rồi bấm lần nữa.")
    if known is not None:
        return known.id
    payment = CardPayment(
        card_account_id=account.id,
        request_id=request.id,
        amount=left,
        created_at=held.now,
        expires_at=held.now + CHECKOUT_LIFE,
    )
    session.add(payment)
    session.flush()
    hold_for_card(session, actor, held.order, until=payment.expires_at + HOLD_BEYOND, now=held.now)
    return payment.id


def _account_to_pay(session: Session, held: OrderMoney) -> CardAccount:
    """The account that this order may be paid into by card now."""
    order = held.order.row
    if order.source is OrderSource.PHONE:
        raise Refused("by_phone", "Đơn người bán ghi qua điện thoại không trả bằng thẻ. Mời chuyển khoản bằng mã QR.")
    if order.status is OrderStatus.PLACED or order.asked_until is not None or order.to_weigh or held.has_ended:
        raise Conflict("not_payable", "Đơn này lúc này không nhận tiền. Mời xem lại đơn.")
    account = card_account_of(session, order.stall_id)
    if account is None or not session.get_one(Stall, order.stall_id).accepts_card:
        raise Conflict("cards_unavailable", "Gian hàng này lúc này không nhận thẻ. Mời trả cách khác.")
    return account


def note_checkout(session: Session, payment_id: int, checkout: Checkout) -> None:
    """Remember the session that the gateway made for a go. Idempotent. NotFound for no such go."""
    payment = locked(session, CardPayment, CardPayment.id == payment_id).row
    if payment.session_id is None:
        payment.session_id, payment.url = checkout.id, checkout.url
        session.flush()


def sync_checkout(
    session: Session, actor: Actor, payment_id: int, told: CheckoutSnapshot | None, *, clock: Clock
) -> Dong:
    """Write down what the gateway just said of a go's session (None: it has none); returns what is newly allocated to
    its order.

    Idempotent, also late or in the wrong order: what is over stays over, and what is allocated stays. Where the
    commune's market takes no cards any more, that it is over is all that is written. NotFound for no such go;
    OutsideError where the gateway speaks of another session or payment.
    """
    counts = is_on(session, of_card_payment(payment_id), Feature.CARD)
    payment = locked(session, CardPayment, CardPayment.id == payment_id).row
    if told is not None and told.checkout.id != payment.session_id:
        raise OutsideError("the gateway speaks of another session", permanent=True)
    if told is None or told.checkout.is_over:
        payment.closed_at = payment.closed_at or clock()
    if told is None or told.intent is None or not counts:
        return Dong(0)
    payment.intent_id = payment.intent_id or told.intent.id
    session.flush()
    return sync_intent(session, actor, payment_id, told.intent, told.left, clock=clock)


def sync_intent(
    session: Session, actor: Actor, payment_id: int, intent: Intent, left: LeftAgain, *, clock: Clock
) -> Dong:
    """Write down what the gateway just said of a payment and of what left it again; returns what is newly allocated.
    Idempotent. NotFound for no such go; OutsideError where the gateway speaks of another payment."""
    new = settle_card(session, actor, payment_id, intent, clock=clock)
    note_left_again(session, payment_id, left, clock=clock)
    return new


def settle_card(session: Session, actor: Actor, payment_id: int, intent: Intent, *, clock: Clock) -> Dong:
    """Allocate to the order what the gateway says it has taken and is not allocated yet; returns that amount. On an
    order that has ended, or whose goods went to somebody else meanwhile and so ends, it is owed back.

    `intent` was just fetched from the gateway; what somebody posted is never believed. Idempotent. NotFound for no such
    go; OutsideError where the gateway speaks of another payment. Nothing is where the commune's market takes no cards.
    """
    if not is_on(session, of_card_payment(payment_id), Feature.CARD):
        return Dong(0)
    payment = locked(session, CardPayment, CardPayment.id == payment_id).row
    if intent.id != payment.intent_id or intent.currency != CURRENCY:
        raise OutsideError("the gateway speaks of another payment", permanent=True)
    taken = min(intent.received, payment.amount) if intent.is_paid else Dong(0)
    new = Dong(max(0, taken - payment.received))
    if new == 0:
        return new
    held = lock_order(session, Order.id == session.get_one(PaymentRequest, payment.request_id).order_id, clock=clock)
    payment.received = payment.received + new
    _allocate_or_owe(session, actor, held, Source(kind=AllocationKind.CARD, card_payment_id=payment.id), new)
    return new


def _allocate_or_owe(session: Session, actor: Actor, held: OrderMoney, source: Source, amount: Dong) -> None:
    end_if_overdue(session, held)
    try:
        add_allocation(session, actor, held, source, amount)
    except Conflict:  # its goods went to somebody else as overdue: late money, but it cannot wait for a person
        end_by_time(session, held)
        add_allocation(session, actor, held, source, amount)
