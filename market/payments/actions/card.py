"""Cards: a stall's own gateway account, an order's session there, and the money the gateway itself says has come."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, OutsideError, Refused
from market.base.secrets import vault
from market.base.seen import check_seen
from market.orders.actions.transitions import hold_for_card
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.actions.allocations import Source, add_allocation
from market.payments.actions.events import change_at
from market.payments.actions.locking import OrderMoney, lock_order, lock_order_of_stall
from market.payments.actions.orders import end_by_time, end_if_overdue
from market.payments.models import AllocationKind, CardAccount, CardPayment, PaymentRequest
from market.payments.ports import Checkout, CheckoutSnapshot, Intent
from market.payments.queries.cards import card_account_of, hook_key_of, open_card_payment
from market.payments.queries.facts import facts_of_card_keys
from market.payments.rules.cards import CHECKOUT_LIFE, HOLD_BEYOND
from market.payments.rules.status import remaining
from market.sellers.models import Business, Stall
from market.sellers.queries import verification_of
from market.values.money import Dong

CURRENCY = "vnd"


# --- the stall's account --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCardKeys:
    """The keys of a stall's own account at the gateway, as its owner copies them from there; None keeps a kept one.
    `seen`: `seen_of()` of those they replace (`facts_of_card_keys`)."""

    stall_id: int
    seen: str
    secret_key: str | None = field(repr=False)
    hook_secret: str | None = field(repr=False)


def keep_card_keys(session: Session, actor: Actor, new: NewCardKeys, *, now: datetime) -> str:
    """Keep a verified stall's keys, encrypted. Returns the key of the address the gateway calls; new keys keep it.

    Refused where the stall is not verified, or one of the first two keys is missing; ChangedSince where others are kept
    than were seen; NotFound for no stall. Idempotent.
    """
    stall = _verified(session, new.stall_id).row
    account = card_account_of(session, new.stall_id)
    if account is None and not (new.secret_key and new.hook_secret):
        raise Refused("keys_missing", "Lần đầu cần đủ cả hai khóa.")
    if account and _are_kept(account, new):
        return account.key
    check_seen(new.seen, facts_of_card_keys(session, new.stall_id))
    if account is None:
        account = CardAccount(stall_id=stall.id, key=hook_key_of(stall.id), created_at=now)
        session.add(account)
    if new.secret_key:
        account.secret_cipher = vault().encrypt(new.secret_key)
    if new.hook_secret:
        account.hook_secret_cipher = vault().encrypt(new.hook_secret)
    session.flush()
    _record(session, actor, "keep_card_keys", stall, "card_account", now)
    return account.key


def _are_kept(account: CardAccount, new: NewCardKeys) -> bool:
    kept = vault().decrypt(account.secret_cipher), vault().decrypt(account.hook_secret_cipher)
    return kept == (new.secret_key or kept[0], new.hook_secret or kept[1])


def enable_card_payments(session: Session, actor: Actor, stall_id: int, *, seen: str, now: datetime) -> None:
    """Offer cards at a verified stall whose keys are kept; Refused at any other, NotFound for none. Idempotent.

    ChangedSince where other keys are kept than were seen, and tried (`seen`: `facts_of_card_keys`).
    """
    stall = _verified(session, stall_id)
    if card_account_of(session, stall_id) is None:
        raise Refused("keys_missing", "Chưa có khóa của nơi nhận thẻ. Mời lưu khóa trước rồi bật.")
    if not stall.row.accepts_card:
        check_seen(seen, facts_of_card_keys(session, stall_id))
    _switch(session, actor, stall, accepts=True, now=now)


def disable_card_payments(session: Session, actor: Actor, stall_id: int, *, now: datetime) -> None:
    """Stop offering cards; what is under way is still heard of. Idempotent. NotFound for no stall."""
    _switch(session, actor, locked(session, Stall, Stall.id == stall_id), accepts=False, now=now)


def _verified(session: Session, stall_id: int) -> Locked[Stall]:
    """The stall, locked after its business, under whose lock a verification is given or ends."""
    business_id = session.scalar(select(Stall.business_id).where(Stall.id == stall_id))
    business = locked(session, Business, Business.id == business_id)
    if verification_of(session, business.row.id) is None:
        raise Refused("not_verified", "Cơ sở chưa được xã xác nhận nên chưa nhận thẻ được. Mời gọi xã trước.")
    return locked(session, Stall, Stall.id == stall_id)


def _switch(session: Session, actor: Actor, switched: Locked[Stall], *, accepts: bool, now: datetime) -> None:
    stall = switched.row
    if stall.accepts_card is accepts:
        return
    stall.accepts_card = accepts
    session.flush()
    _record(session, actor, "take_cards" if accepts else "take_no_cards", stall, "accepts_card", now)


def _record(session: Session, actor: Actor, verb: str, stall: Stall, field: str, now: datetime) -> None:
    record(session, actor, change_at(stall, verb, "stall", stall.id, field), now=now)


# --- a go at paying -------------------------------------------------------------------------------------------------


def begin_card(session: Session, actor: Actor, stall_id: int, order_id: int, *, clock: Clock) -> int:
    """Write down a go at paying all that an order still asks, before the gateway is asked for a session; the goods are
    held meanwhile. While one is open for this very amount it is that one. Returns its id.

    Conflict where the order takes no money now, or is paid, or asks for another amount than the open one; NotFound for
    no such order.
    """
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
    if order.status is OrderStatus.PLACED or held.has_ended:
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

    Idempotent, also late or in the wrong order: what is over stays over, and what is allocated stays. NotFound for no
    such go; OutsideError where the gateway speaks of another session or payment.
    """
    payment = locked(session, CardPayment, CardPayment.id == payment_id).row
    if told is not None and told.checkout.id != payment.session_id:
        raise OutsideError("the gateway speaks of another session", permanent=True)
    if told is None or told.checkout.is_over:
        payment.closed_at = payment.closed_at or clock()
    if told is None or told.intent is None:
        return Dong(0)
    payment.intent_id = payment.intent_id or told.intent.id
    session.flush()
    return settle_card(session, actor, payment_id, told.intent, clock=clock)


def settle_card(session: Session, actor: Actor, payment_id: int, intent: Intent, *, clock: Clock) -> Dong:
    """Allocate to the order what the gateway says it has taken and is not allocated yet; returns that amount. On an
    order that has ended, or whose goods went to somebody else meanwhile and so ends, it is owed back.

    `intent` was just fetched from the gateway; what somebody posted is never believed. Idempotent. NotFound for no such
    go; OutsideError where the gateway speaks of another payment.
    """
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
