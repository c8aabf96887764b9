"""In which mode the market is for what money is about: read and held before any row of it is locked."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.payments.models import BankCredit, BankDebit, CardAccount, CardPayment, PaymentRequest, WebhookDelivery
from market.places.models import Commune
from market.places.queries.modes import has_feature, held_mode_where
from market.places.rules.modes import CommuneMode, Feature, allows, refuse_unless
from market.sellers.models import BankAccount, BankConnection, Business, Stall

Whose = Select[int]
"""The commune, which never changes, of a row."""


def of_stall(stall_id: int) -> Whose:
    return select(Stall.commune_id).where(Stall.id == stall_id)


def of_business(business_id: int) -> Whose:
    return select(Business.commune_id).where(Business.id == business_id)


_OF_FEEDS = (
    select(Business.commune_id)
    .join(BankAccount, BankAccount.business_id == Business.id)
    .join(BankConnection, BankConnection.bank_account_id == BankAccount.id)
)


def of_feed(connection_id: int) -> Whose:
    return _OF_FEEDS.where(BankConnection.id == connection_id)


def of_credit(credit_id: int) -> Whose:
    return select(BankCredit.commune_id).where(BankCredit.id == credit_id)


def of_debit(debit_id: int) -> Whose:
    return select(BankDebit.commune_id).where(BankDebit.id == debit_id)


def of_card_payment(payment_id: int) -> Whose:
    return (
        select(PaymentRequest.commune_id)
        .join(CardPayment, CardPayment.request_id == PaymentRequest.id)
        .where(CardPayment.id == payment_id)
    )


def of_card_account(account: CardAccount) -> Whose:
    return of_stall(account.stall_id)


def held_mode_of(session: Session, whose: Whose) -> CommuneMode:
    """The mode there, which stays so until the transaction ends; NotFound for no such row."""
    return held_mode_where(session, whose)


def mode_now_of(session: Session, whose: Whose) -> CommuneMode:
    """The mode of this moment, for pages and jobs to pass over what they need not begin; NotFound for no such row."""
    mode = session.scalar(select(Commune.mode).where(Commune.id == whose.scalar_subquery()))
    if mode is None:
        raise NotFound
    return mode


def of_delivery(delivery_id: int) -> Whose:
    """NotFound where it came over no feed."""
    calls = _OF_FEEDS.join(WebhookDelivery, WebhookDelivery.connection_id == BankConnection.id)
    return calls.where(WebhookDelivery.id == delivery_id)


def mode_at(session: Session, provider: str, key: str) -> CommuneMode | None:
    """The mode of this moment at the address that a provider calls; None for no such address."""
    called = BankConnection.provider == provider, BankConnection.key == key, BankConnection.ended_at.is_(None)
    return session.scalar(
        select(Commune.mode)
        .join(Business, Business.commune_id == Commune.id)
        .join(BankAccount, BankAccount.business_id == Business.id)
        .join(BankConnection, BankConnection.bank_account_id == BankAccount.id)
        .where(*called)
    )


def is_on(session: Session, whose: Whose, feature: Feature) -> bool:
    """Whether it is allowed there, and stays so until the transaction ends; NotFound for no such row."""
    return allows(held_mode_of(session, whose), feature)


def require(session: Session, whose: Whose, feature: Feature) -> None:
    """Refused where it is not allowed there; NotFound for no such row."""
    refuse_unless(held_mode_of(session, whose), feature)


def communes_with(feature: Feature) -> Select[int]:
    """The ids of the communes whose mode allows it, for statements of jobs."""
    return select(Commune.id).where(has_feature(feature))
