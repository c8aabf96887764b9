"""A bank's notice of money that left: kept where it says that it gives an order's money back, and shown to have."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.clock import Clock
from market.base.db import locked
from market.base.secrets import vault
from market.orders.models import Order
from market.payments.actions.allocations import tell_both
from market.payments.actions.bank_credits import NewCredits
from market.payments.actions.locking import OrderMoney, lock_orders
from market.payments.actions.orders import end_if_overdue
from market.payments.actions.refunding import RefundWord, add_answer, add_refund, said_of
from market.payments.models import BankDebit, Refund
from market.payments.queries.modes import is_on, of_debit
from market.payments.queries.refunds import Answered, refunds_answered
from market.payments.rules.matching import BankTransaction
from market.payments.rules.refunds import RefundAnswerKind, RefundKind, refunded_codes
from market.places.models import Commune
from market.places.rules.modes import Feature, allows
from market.sellers.models import BankAccount, BankConnection, Stall
from market.sellers.queries import rows_of_number
from market.values.money import Dong, format_dong


def record_debits(session: Session, new: NewCredits) -> list[int]:
    """Keep those that left the connection's own account and say that they give back money of an order of its stall;
    returns their ids, to be looked at apart. All else is not kept, nor is anything where the commune's market matches
    no money. The connection is locked by who reads the call."""
    query = (
        select(BankAccount, Stall, Commune)
        .join(BankConnection, BankConnection.bank_account_id == BankAccount.id)
        .join(Stall, Stall.business_id == BankAccount.business_id)
        .join(Commune, Commune.id == Stall.commune_id)
        .where(BankConnection.id == new.connection_id)
    )
    account, stall, commune = session.execute(query).one()
    if not allows(commune.mode, Feature.BANK_MATCHING):
        return []
    number = vault().decrypt(account.number_cipher)
    kept = [
        _keep(session, stall, one, new)
        for one in new.notices
        if number in one.accounts and _orders_of(session, stall, refunded_codes(one.memo, commune.letters))
    ]
    return [one for one in kept if one is not None]


def _orders_of(session: Session, stall: Stall, codes: Sequence[str]) -> Sequence[int]:
    return session.scalars(select(Order.id).where(Order.stall_id == stall.id, Order.code.in_(codes))).all()


def _keep(session: Session, stall: Stall, notice: BankTransaction, new: NewCredits) -> int | None:
    """Keep a notice; None where it is known, whichever feed of the account told of it."""
    connection = session.get_one(BankConnection, new.connection_id)
    known = (
        select(BankDebit.id)
        .join(BankConnection, BankConnection.id == BankDebit.connection_id)
        .where(
            BankDebit.provider_txn_id == notice.provider_txn_id,
            BankConnection.provider == connection.provider,
            BankConnection.bank_account_id.in_(rows_of_number(session, connection.bank_account_id)),
        )
    )
    if session.scalar(known.limit(1)) is not None:
        return None
    debit = BankDebit(
        commune_id=stall.commune_id,
        connection_id=new.connection_id,
        stall_id=stall.id,
        provider_txn_id=notice.provider_txn_id,
        amount=Dong(notice.amount),
        memo=notice.memo,
        bank_ref=notice.bank_ref,
        occurred_at=notice.occurred_at,
        received_at=new.received_at,
        raw_cipher=vault().encrypt(new.raw),
    )
    session.add(debit)
    session.flush()
    return debit.id


def match_debit(session: Session, debit_id: int, *, clock: Clock) -> bool:
    """Let a notice show that a refund arrived: of the one order that it names, what its seller said she gave back of
    this amount, else money that is owed back and nobody spoke of yet. Whatever else it may be changes nothing. Returns
    whether it showed something. Once, and not where the commune's market matches no bank money. NotFound for none."""
    if not is_on(session, of_debit(debit_id), Feature.BANK_MATCHING):
        return False
    debit = locked(session, BankDebit, BankDebit.id == debit_id).row
    if debit.looked_at is not None:
        return False
    letters = session.scalars(select(Commune.letters).where(Commune.id == debit.commune_id)).one()
    codes = refunded_codes(debit.memo, letters)
    named = lock_orders(session, Order.code.in_(codes), Order.stall_id == debit.stall_id, clock=clock)
    debit.looked_at = clock()
    if len(named) != 1 or named[0].request is None:
        return False
    [held] = named
    end_if_overdue(session, held)
    shown = said_of(session, held, debit.amount) or _not_said(session, held, debit)
    for one in shown:
        add_answer(session, held, one, RefundWord(kind=RefundAnswerKind.BANK, actor=GUEST, debit_id=debit.id))
    if shown:
        _tell_shown(session, held, debit)
    return bool(shown)


def _not_said(session: Session, held: OrderMoney, debit: BankDebit) -> list[Answered]:
    """What she has not spoken of yet, written down by her bank's word: never more than is owed."""
    if not 0 < debit.amount <= held.asked.owed_back:
        return []
    new = Refund(amount=debit.amount, kind=RefundKind.BANK, client_key=f"bank-{debit.id}")
    given = add_refund(session, GUEST, held, new)
    return [one for one in refunds_answered(session, held.asked.id) if one.refund_id == given.id]


def _tell_shown(session: Session, held: OrderMoney, debit: BankDebit) -> None:
    code, amount = held.order.row.code, format_dong(debit.amount)
    to_seller = f"Ngân hàng báo {amount} đã chuyển trả khách của đơn {code}."
    to_buyer = f"Ngân hàng của người bán báo đã chuyển trả bạn {amount} của đơn {code}. Chưa thấy thì mở đơn báo lại."
    tell_both(session, held, ("bank_debit", debit.id, "hoan_da_chuyen"), to_seller=to_seller, to_buyer=to_buyer)
