"""Completed orders for the KPI's tests, with the evidence a test is about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import BuyerCall
from market.adoption.queries import case_of, facts_to_review, sale_of
from market.adoption.rules import CallCause, CallOutcome
from market.base.db import transaction
from market.base.seen import seen_of
from market.orders.models import Contact, Order, Purchase
from market.orders.rules import Delivery, OrderStatus, PayChoice
from market.payments.models import (
    Allocation,
    AllocationKind,
    BankCredit,
    BankCreditCheck,
    CardAccount,
    CardDispute,
    CardPayment,
    CardRefund,
    PaymentRequest,
)
from market.payments.rules.cards import CardDisputeState, CardRefundState
from market.payments.rules.checks import CheckOutcome
from market.sellers.models import BankAccount, BankConnection, Post, PostRole
from market.values.codes import new_order_code, new_purchase_code
from market.values.money import Dong
from market.values.period import VIETNAM
from market.values.phone import Phone
from tests.cast import Seller

_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A sale by cash on the seller's word, unless a bank's notice, a card gateway or the buyer's code says more.

    `is_known`: the buyer read out the code, and said that they had bought when the office rang up. `is_asked`: the
    bank's provider told of the same when the market asked it, with the digest of the account it came from.
    """

    on: date
    total: int = 50_000
    is_banked: bool = False
    is_asked: bool = False
    is_carded: bool = False
    is_confirmed: bool = False
    is_known: bool = False
    phone: str = "0900 000 777"
    buyer: int | None = None
    device: str | None = None
    paid_after: timedelta = timedelta()
    payer: str = "an account"


def sell(session: Session, commune_id: int, seller: Seller, sold: Sold) -> Order:
    """A completed order with its purchase, contact, request and money."""
    at = datetime.combine(sold.on, time(9, 0), tzinfo=VIETNAM)
    who = {"commune_id": commune_id, "person_id": sold.buyer, "name": "Người mua"}
    contact = Contact(**who, phone=Phone(sold.phone), device=sold.device)
    session.add(contact)
    session.flush()
    purchase = Purchase(
        commune_id=commune_id,
        code=new_purchase_code(),
        contact_id=contact.id,
        client_key=f"sold-{next(_numbers)}",
        placed_at=at,
    )
    session.add(purchase)
    session.flush()
    order = Order(
        commune_id=commune_id,
        purchase_id=purchase.id,
        stall_id=seller.stall,
        business_id=seller.business,
        code=new_order_code("DS"),
        status=OrderStatus.DELIVERED,
        pay_choice=PayChoice.ON_RECEIPT,
        delivery=Delivery.PICKUP_POINT,
        goods_total=Dong(sold.total),
        delivery_fee=Dong(0),
        discount=Dong(0),
        total=Dong(sold.total),
        placed_at=at,
        placed_on=sold.on,
        completed_at=at,
        completed_on=sold.on,
        buyer_confirmed_at=at if sold.is_confirmed or sold.is_known else None,
    )
    session.add(order)
    session.flush()
    _pay(session, seller, order, at + sold.paid_after, sold)
    if sold.is_known:
        answer(session, order, at)
    return order


def answer(session: Session, order: Order, at: datetime) -> None:
    """The office rang up, and the buyer said that they had bought."""
    officer = session.scalars(select(Post.person_id).where(Post.role == PostRole.OFFICER).order_by(Post.id)).first()
    asked = {"cause": CallCause.CHECK, "outcome": CallOutcome.CONFIRMED, "note": "", "called_by": officer}
    session.add(BuyerCall(commune_id=order.commune_id, order_id=order.id, called_at=at, **asked))
    session.flush()


def seen_now(session: Session, commune_id: int, order_id: int, now: datetime) -> str:
    """What the page on which an officer looks at an order says that it showed; nothing where there is no such page."""
    sale = sale_of(session, commune_id, order_id, known_at=now)
    return seen_of(facts_to_review(case_of(session, commune_id, sale, known_at=now))) if sale else ""


def _pay(session: Session, seller: Seller, order: Order, at: datetime, sold: Sold) -> None:
    request = PaymentRequest(
        order_id=order.id, stall_id=order.stall_id, amount=order.total, received=order.total, created_at=at
    )
    session.add(request)
    session.flush()
    credit = _credit(session, seller, order, at) if sold.is_banked else None
    card = _card(session, request, at) if sold.is_carded else None
    session.flush()
    if credit and sold.is_asked:
        session.add(_told(credit, at, sold.payer))
    by_others = AllocationKind.BANK if credit else AllocationKind.CARD
    session.add(
        Allocation(
            request_id=request.id,
            stall_id=request.stall_id,
            credit_id=credit.id if credit else None,
            card_payment_id=card.id if card else None,
            kind=by_others if credit or card else AllocationKind.SELLER,
            amount=order.total,
            at=at,
        )
    )
    session.flush()


def _told(credit: BankCredit, at: datetime, payer: str) -> BankCreditCheck:
    told = {"number": 1, "asked_at": at, "outcome": CheckOutcome.CONFIRMED, "amount": credit.amount}
    return BankCreditCheck(credit_id=credit.id, **told, payer_digest=payer, payer_last4="0000")


def _card(session: Session, request: PaymentRequest, at: datetime) -> CardPayment:
    """All of a request, charged to a card at the stall's own gateway."""
    keys = {"key": f"card-{request.id}", "secret_cipher": "", "hook_secret_cipher": ""}
    account = CardAccount(stall_id=request.stall_id, created_at=at, **keys)
    session.add(account)
    session.flush()
    payment = CardPayment(
        card_account_id=account.id,
        request_id=request.id,
        amount=request.amount,
        received=request.amount,
        created_at=at,
        expires_at=at,
        closed_at=at,
    )
    session.add(payment)
    return payment


def left_again(order_id: int, at: datetime, *, is_refund: bool) -> None:
    """All that a card brought for an order is refunded at the gateway, or disputed."""
    with transaction() as session:
        request = session.scalars(select(PaymentRequest).where(PaymentRequest.order_id == order_id)).one()
        payment = session.scalars(select(CardPayment).where(CardPayment.request_id == request.id)).one()
        cause: CardRefund | CardDispute = CardDispute(
            card_payment_id=payment.id,
            gateway_id="du_1",
            amount=request.amount,
            state=CardDisputeState.NEEDS_RESPONSE,
            reason="fraudulent",
            opened_at=at,
            told_at=at,
        )
        if is_refund:
            told = {"number": 1, "gateway_id": "re_1", "state": CardRefundState.SUCCEEDED, "at": at}
            cause = CardRefund(card_payment_id=payment.id, amount=request.amount, **told)
        session.add(cause)
        session.flush()
        why = {"card_refund_id": cause.id} if is_refund else {"card_dispute_id": cause.id}
        off = {"request_id": request.id, "stall_id": request.stall_id, "card_payment_id": payment.id, "at": at}
        session.add(Allocation(**off, **why, kind=AllocationKind.CARD, amount=Dong(-request.amount)))
        request.received, payment.taken_off = Dong(0), request.amount


def _credit(session: Session, seller: Seller, order: Order, at: datetime) -> BankCredit:
    connection = session.scalars(
        select(BankConnection)
        .join(BankAccount, BankAccount.id == BankConnection.bank_account_id)
        .where(BankAccount.business_id == seller.business)
    ).one()
    credit = BankCredit(
        connection_id=connection.id,
        stall_id=order.stall_id,
        provider_txn_id=f"sold-{order.id}",
        amount=order.total,
        allocated=order.total,
        memo=order.code,
        bank_ref=f"FT{order.id}",
        occurred_at=at,
        received_at=at,
        raw_cipher="",
    )
    session.add(credit)
    return credit
