"""A card's money that leaves again: what the seller sends back through the gateway, what the gateway tells of refunds
and disputes, and the counter-rows of both.

What is off a payment follows from what is known of its refunds and disputes each time (`_book`): told twice, or in any
order, it is off once. Each wants the go at paying, its order and that order's request locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from market.base.audit import GUEST, Actor, record
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.base.jobs import enqueue
from market.orders.actions.transitions import keep_paid, restart_clock
from market.orders.models import Order
from market.payments.actions.allocations import set_sums
from market.payments.actions.card_news import tell_dispute, tell_refund
from market.payments.actions.events import change_at
from market.payments.actions.locking import OrderMoney, lock_order, lock_order_of_stall
from market.payments.actions.orders import end_by_time, end_if_overdue
from market.payments.actions.refunding import CHANGED, RefundWord, add_answer, said_of
from market.payments.models import (
    Allocation,
    AllocationKind,
    CardAccount,
    CardDispute,
    CardPayment,
    CardRefund,
    PaymentRequest,
)
from market.payments.ports import CardDisputed, LeftAgain, Refunded
from market.payments.queries.card_leaving import disputes_of_payment, refunds_of_payment
from market.payments.queries.modes import is_on, of_card_payment
from market.payments.queries.refunds import refunds_answered
from market.payments.rules.cards import (
    CardRefundState,
    dispute_goes_on,
    dispute_state_of,
    refund_goes_on,
    refund_state_of,
)
from market.payments.rules.refunds import RefundAnswerKind
from market.payments.rules.status import keeps_order
from market.places.rules.modes import Feature
from market.sellers.actions.authority import refuse_helper
from market.values.money import Dong

BRING_CARD_BACK = "bring_card_back"
MORE_THAN_CARD = "Thẻ này không trả nhiều như vậy, chưa gửi gì. Mời tải lại trang rồi chọn số tiền nhỏ hơn."
IN_DISPUTE = (
    "Chủ thẻ đang khiếu nại khoản này với ngân hàng nên chưa trả qua thẻ được: trả bây giờ là mất hai lần. Mời trả lời "
    "ở nơi nhận thẻ trước."
)

Cause = CardRefund | CardDispute


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCardRefund:
    """What of an order's money is to go back to the card of which payment: `owed` is what the page showed as owed back,
    `number` the refund of that payment that comes next, so that a second tap is the same one."""

    order_id: int
    payment_id: int
    number: int
    amount: Dong
    owed: Dong


def ask_card_refund(session: Session, actor: Actor, stall_id: int, new: NewCardRefund, *, clock: Clock) -> int:
    """ "Trả lại qua thẻ": write down a refund, with the key that the gateway is then asked with by a job, and take it
    off what the card brought. Returns its id. Idempotent by its number. In every mode of the market: what came by card
    once can always go back that way.

    Conflict where another sum is owed now than was shown, or another refund came between; Refused where the card
    brought less than that, less what left again, or its holder disputes it; NotFound for another stall's order.
    """
    refuse_helper(actor)
    of_order = select(PaymentRequest.id).where(PaymentRequest.order_id == new.order_id)
    payment = locked(session, CardPayment, CardPayment.id == new.payment_id, CardPayment.request_id.in_(of_order))
    held = lock_order_of_stall(session, stall_id, new.order_id, clock=clock)
    known = refunds_of_payment(session, payment.row.id)
    same = next((one for one in known if one.number == new.number), None)
    if same is not None and same.key is not None and same.amount == new.amount:
        return same.id
    end_if_overdue(session, held)
    if same is not None or new.number != len(known) + 1 or new.owed != held.asked.owed_back:
        raise Conflict("amount_changed", CHANGED)
    _check_amount(session, payment, held, new.amount)
    refund = CardRefund(
        card_payment_id=payment.row.id,
        number=new.number,
        amount=new.amount,
        state=CardRefundState.ASKED,
        key=_key_of(session, payment, new, int(held.now.timestamp())),
        actor_id=actor.person_id,
        at=held.now,
    )
    session.add(refund)
    session.flush()
    _record(session, actor, held, "ask_card_refund", refund)
    _book(session, actor, payment, held)
    _ask_soon(session, refund)
    return refund.id


def _check_amount(session: Session, payment: Locked[CardPayment], held: OrderMoney, amount: Dong) -> None:
    if not 0 < amount <= held.asked.owed_back:
        raise Conflict("amount_changed", CHANGED)
    if amount > payment.row.received - payment.row.taken_off:
        raise Refused("more_than_card", MORE_THAN_CARD)
    if any(not one.state.is_over for one in disputes_of_payment(session, payment.row.id)):
        raise Refused("card_disputed", IN_DISPUTE)


def _key_of(session: Session, payment: Locked[CardPayment], new: NewCardRefund, seconds: int) -> str:
    """The moment is part of it: after a restore the same ids come again, and the gateway remembers keys."""
    account = session.get_one(CardAccount, payment.row.card_account_id)
    return f"hoan-{account.key}-{payment.row.id}-{new.number}-{new.amount}-{seconds}"


def _ask_soon(session: Session, refund: CardRefund) -> None:
    asked = {"payment_id": refund.card_payment_id}
    enqueue(session, BRING_CARD_BACK, asked, dedupe_key=f"{BRING_CARD_BACK}:{refund.key}")


def note_left_again(session: Session, payment_id: int, told: LeftAgain, *, clock: Clock) -> None:
    """Write down what the gateway just said of money that left a card payment again, and let its order's sums follow.

    Idempotent, also late or in the wrong order: what is over stays over. Where the commune's market takes no cards any
    more it is only heard what became of refunds that its seller asked for here. NotFound for no such go.
    """
    if not told.refunds and not told.disputes:
        return
    counts = is_on(session, of_card_payment(payment_id), Feature.CARD)
    payment = locked(session, CardPayment, CardPayment.id == payment_id)
    of_it = select(PaymentRequest.order_id).where(PaymentRequest.id == payment.row.request_id).scalar_subquery()
    held = lock_order(session, Order.id == of_it, clock=clock)
    refunds = [_note_refund(session, payment, held, one, counts=counts) for one in told.refunds]
    disputes = [_note_dispute(session, payment, held, one) for one in told.disputes] if counts else []
    end_if_overdue(session, held)
    _book(session, GUEST, payment, held)
    for refund in filter(None, refunds):
        tell_refund(session, held, refund)
    for dispute in filter(None, disputes):
        tell_dispute(session, held, dispute)


def _note_refund(
    session: Session, payment: Locked[CardPayment], held: OrderMoney, told: Refunded, *, counts: bool
) -> CardRefund | None:
    """The refund, where what is told of it is news."""
    known, state = refunds_of_payment(session, payment.row.id), refund_state_of(told.status)
    row = next((one for one in known if one.gateway_id == told.id), None)
    row = row or next((one for one in known if one.key is not None and one.key == told.mark), None)
    if row is None:
        if not counts or not state.takes_off or told.amount <= 0:
            return None
        row = CardRefund(
            card_payment_id=payment.row.id,
            number=len(known) + 1,
            amount=told.amount,
            state=state,
            gateway_id=told.id,
            shows_word=bool(said_of(session, held, told.amount)),
            at=held.now,
        )
        session.add(row)
    elif row.gateway_id is None or refund_goes_on(row.state, state):  # its first word holds against a no of our own
        row.state, row.failure = state, told.failure
    else:
        return None
    row.gateway_id = row.gateway_id or told.id
    session.flush()
    _record(session, GUEST, held, "note_card_refund", row)
    if row.shows_word:
        _answer_for(session, held, row)
    return row


def _answer_for(session: Session, held: OrderMoney, row: CardRefund) -> None:
    """The gateway's record shows that what the seller said she gave back arrived, or that it did not after all."""
    if row.state is CardRefundState.SUCCEEDED:
        about, kind = said_of(session, held, row.amount), RefundAnswerKind.CARD
    elif not row.state.takes_off:
        by_card = [one for one in refunds_answered(session, held.asked.id) if one.last is RefundAnswerKind.CARD]
        about, kind = [one for one in by_card if one.amount == row.amount][:1] or by_card, RefundAnswerKind.NOT_GOT
    else:
        return
    for one in about:
        add_answer(session, held, one, RefundWord(kind=kind, actor=GUEST))


def _note_dispute(
    session: Session, payment: Locked[CardPayment], held: OrderMoney, told: CardDisputed
) -> CardDispute | None:
    """The dispute, where what is told of it is news."""
    state = dispute_state_of(told.status)
    row = next((one for one in disputes_of_payment(session, payment.row.id) if one.gateway_id == told.id), None)
    is_news = row is None or dispute_goes_on(row.state, state)
    if row is None:
        if told.amount <= 0:
            return None
        row = CardDispute(card_payment_id=payment.row.id, gateway_id=told.id, opened_at=held.now)
        session.add(row)
    if is_news:
        row.amount, row.state, row.reason, row.due_at = told.amount, state, told.reason, told.due_at
    row.told_at = held.now
    session.flush()
    if is_news:
        _record(session, GUEST, held, "note_card_dispute", row)
    return row if is_news else None


def refuse_card_refund(session: Session, refund_id: int, code: str, *, clock: Clock) -> None:
    """The gateway refused a refund that it was asked for: its money is owed back again, and the seller hears why
    (`code`: the gateway's). Idempotent; one that the gateway knows by now stays. NotFound for no such refund."""
    payment_id = session.scalar(select(CardRefund.card_payment_id).where(CardRefund.id == refund_id))
    payment = locked(session, CardPayment, CardPayment.id == payment_id)
    of_it = select(PaymentRequest.order_id).where(PaymentRequest.id == payment.row.request_id).scalar_subquery()
    held = lock_order(session, Order.id == of_it, clock=clock)
    refund = next(one for one in refunds_of_payment(session, payment.row.id) if one.id == refund_id)
    if refund.state is not CardRefundState.ASKED:
        return
    refund.state, refund.failure = CardRefundState.FAILED, code
    session.flush()
    _record(session, GUEST, held, "note_card_refund", refund)
    end_if_overdue(session, held)
    _book(session, GUEST, payment, held)
    tell_refund(session, held, refund)


# --- the counter-rows -------------------------------------------------------------------------------------------------


def _book(session: Session, actor: Actor, payment: Locked[CardPayment], held: OrderMoney) -> None:
    """Let what is off a payment be what its refunds and disputes say: never more than it brought, nor than the order
    still has of it after what went back by hand."""
    left = payment.row.received
    for cause, wanted in _causes(session, payment):
        off = Dong(min(wanted, left))
        left = Dong(left - off)
        standing = _standing(session, cause)
        had = Dong(-standing.amount) if standing else Dong(0)
        off = Dong(min(off, had + max(0, held.asked.received - held.asked.refunded)))
        if off == had:
            continue
        if standing is not None:
            _put_back(session, actor, payment, held, standing)
        if off:
            _deduct(session, actor, payment, held, (cause, off))


def _causes(session: Session, payment: Locked[CardPayment]) -> Sequence[tuple[Cause, Dong]]:
    """Why money may be off a payment, and how much each takes."""
    causes: list[tuple[Cause, Dong]] = []
    for refund in refunds_of_payment(session, payment.row.id):
        causes.append((refund, refund.amount if refund.state.takes_off and not refund.shows_word else Dong(0)))
    for dispute in disputes_of_payment(session, payment.row.id):
        causes.append((dispute, dispute.amount if dispute.state.takes_off else Dong(0)))
    return causes


def _standing(session: Session, cause: Cause) -> Allocation | None:
    """The counter-row by which a cause's money is off now."""
    column = Allocation.card_refund_id if isinstance(cause, CardRefund) else Allocation.card_dispute_id
    later = aliased(Allocation)
    undone = select(later.id).where(later.undoes_id == Allocation.id).correlate(Allocation).exists()
    return session.scalar(select(Allocation).where(column == cause.id, Allocation.amount < 0, ~undone))


def _deduct(
    session: Session, actor: Actor, payment: Locked[CardPayment], held: OrderMoney, what: tuple[Cause, Dong]
) -> None:
    """Without half of its money a waiting order has a clock again."""
    cause, amount = what
    request, was_paid = held.asked, held.is_paid
    is_refund = isinstance(cause, CardRefund)
    set_sums(held, received=Dong(request.received - amount), has_left=True)
    payment.row.taken_off = Dong(payment.row.taken_off + amount)
    row = _row(payment, held, actor, Dong(-amount))
    row.card_refund_id, row.card_dispute_id = (cause.id, None) if is_refund else (None, cause.id)
    session.add(row)
    session.flush()
    _record_request(session, actor, held, "take_money_off")
    if was_paid and not held.is_paid:
        restart_clock(session, actor, held.order, now=held.now)


def _put_back(
    session: Session, actor: Actor, payment: Locked[CardPayment], held: OrderMoney, standing: Allocation
) -> None:
    """On an order whose goods went to somebody else meanwhile it is owed back."""
    request, amount = held.asked, Dong(-standing.amount)
    if request.closed_at is None and keeps_order(request.amount, request.received + amount):
        try:
            keep_paid(session, actor, held.order, now=held.now)
        except Conflict:
            end_by_time(session, held)
    set_sums(held, received=Dong(request.received + amount))
    payment.row.taken_off = Dong(payment.row.taken_off - amount)
    row = _row(payment, held, actor, amount)
    row.card_refund_id, row.card_dispute_id, row.undoes_id = (
        standing.card_refund_id,
        standing.card_dispute_id,
        standing.id,
    )
    session.add(row)
    session.flush()
    _record_request(session, actor, held, "put_money_back")


def _row(payment: Locked[CardPayment], held: OrderMoney, actor: Actor, amount: Dong) -> Allocation:
    request = held.asked
    return Allocation(
        commune_id=request.commune_id,
        request_id=request.id,
        stall_id=request.stall_id,
        card_payment_id=payment.row.id,
        kind=AllocationKind.CARD,
        amount=amount,
        actor_id=actor.person_id,
        at=held.now,
    )


def _record_request(session: Session, actor: Actor, held: OrderMoney, verb: str) -> None:
    change = change_at(held.order.row.stall, verb, "payment_request", held.asked.id, "received")
    record(session, actor, change, now=held.now)


def _record(session: Session, actor: Actor, held: OrderMoney, verb: str, row: Cause) -> None:
    change = change_at(held.order.row.stall, verb, row.__tablename__, row.id, "state")
    record(session, actor, change, now=held.now)
