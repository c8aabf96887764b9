"""Loads the money of the year's orders: requests, banks' notices, cash on the seller's word, stray money."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.secrets import vault
from market.catalog.models import Variant
from market.orders.models import Order
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.rules.matching import Unmatched
from market.seeding.actions.cast import Demo
from market.seeding.actions.times import Times
from market.seeding.files import Seeds
from market.seeding.rules import Fate, PlannedOrder
from market.sellers.models import BankAccount, BankConnection
from market.values.money import Dong


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A planned order with its row and the rows it leans on."""

    plan: PlannedOrder
    order: Order
    times: Times
    variant: Variant
    buyer: Actor
    seller: Actor


def enter_money(session: Session, entered: Sequence[Entered]) -> None:
    """A request per order; a bank's notice put on it, or the seller's own word for the cash."""
    accounts = _accounts(session)
    requests = {one.order.id: _request(one, accounts) for one in entered}
    session.add_all(requests.values())
    notices = {one.order.id: _credit(one, accounts) for one in entered if one.plan.fate is Fate.BANK}
    session.add_all(notices.values())
    session.flush()
    session.add_all(
        Allocation(
            commune_id=one.order.commune_id,
            request_id=requests[one.order.id].id,
            stall_id=one.order.stall_id,
            credit_id=notices[one.order.id].id if one.order.id in notices else None,
            kind=AllocationKind.BANK if one.order.id in notices else AllocationKind.SELLER,
            amount=one.order.total,
            actor_id=None if one.order.id in notices else one.seller.person_id,
            at=one.times.paid or one.times.last,
        )
        for one in entered
        if one.plan.fate.is_completed
    )
    session.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    id: int
    connection_id: int | None


def _accounts(session: Session) -> dict[int, _Account]:
    """Where each business is paid, by its id, and the feed of notices of it."""
    query = (
        select(BankAccount.business_id, BankAccount.id, BankConnection.id)
        .outerjoin(BankConnection, BankConnection.bank_account_id == BankAccount.id)
        .where(BankAccount.closed_at.is_(None))
    )
    rows = session.execute(query)
    return {business: _Account(id=account, connection_id=connection) for business, account, connection in rows}


def _request(one: Entered, accounts: dict[int, _Account]) -> PaymentRequest:
    account = accounts.get(one.order.business_id)
    return PaymentRequest(
        commune_id=one.order.commune_id,
        order_id=one.order.id,
        stall_id=one.order.stall_id,
        amount=one.order.total,
        received=one.order.total if one.plan.fate.is_completed else Dong(0),
        bank_account_id=account.id if account else None,
        closed_at=one.order.ended_at,
        created_at=one.times.placed,
    )


def _credit(one: Entered, accounts: dict[int, _Account]) -> BankCredit:
    memo = f"{one.order.code} chuyen tien" if one.order.id % 2 else f"MBVCB.{one.order.id}.{one.order.code}.CT tu"
    return _notice(one.order, accounts[one.order.business_id], memo, one.order.total, one.times.paid or one.times.last)


def _notice(order: Order, account: _Account, memo: str, amount: Dong, at: datetime) -> BankCredit:
    raw = {"id": 7_000_000 + order.id, "content": memo, "transferAmount": int(amount), "transferType": "in"}
    return BankCredit(
        commune_id=order.commune_id,
        connection_id=account.connection_id,
        stall_id=order.stall_id,
        provider_txn_id=str(7_000_000 + order.id),
        amount=amount,
        allocated=amount,
        memo=memo,
        bank_ref=f"FT{at:%y%j}{order.id:06d}",
        occurred_at=at,
        received_at=at + timedelta(seconds=20),
        raw_cipher=vault().encrypt(json.dumps(raw)),
    )


STRAY = (("rau-ba-lan", "cam on ba Lan nhe", 60_000, Unmatched.NO_CODE),)


def enter_stray_money(session: Session, seeds: Seeds, demo: Demo) -> None:
    """Money whose memo names no order: it waits for the seller."""
    accounts = _accounts(session)
    for number, (business, memo, amount, reason) in enumerate(STRAY):
        account = accounts[demo.businesses[business]]
        at = seeds.now - timedelta(hours=3)
        session.add(
            BankCredit(
                commune_id=demo.commune_id,
                connection_id=account.connection_id,
                stall_id=demo.stalls[business],
                provider_txn_id=f"69{number:05d}",
                amount=Dong(amount),
                allocated=Dong(0),
                memo=memo,
                bank_ref=f"FT{at:%y%j}9{number:05d}",
                occurred_at=at,
                received_at=at,
                unmatched_reason=reason,
                raw_cipher=vault().encrypt(json.dumps({"content": memo, "transferAmount": amount})),
            )
        )
