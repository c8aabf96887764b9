"""In which mode the market is for what money is about: read and held before any row of it is locked."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

from market.base.row_query import RowQuery
from market.payments.models import BankCredit, BankDebit, CardAccount, CardPayment, PaymentRequest, WebhookDelivery
from market.places.models import Commune
from market.places.queries.modes import WhoseMode, has_feature
from market.places.rules.modes import CommuneMode, Feature, allows, refuse_unless
from market.sellers.models import BankAccount, BankConnection, Business, Stall


@dataclass(frozen=True, slots=True)
class Whose:
    """The commune, which never changes, of the row of this number."""

    mode: WhoseMode
    row_id: int


_ROW: BindParameter[int] = bindparam("row_id", type_=BigInteger())
_OF_FEEDS = (
    select(Business.commune_id)
    .join(BankAccount, BankAccount.business_id == Business.id)
    .join(BankConnection, BankConnection.bank_account_id == BankAccount.id)
)
_OF_PAYMENTS = select(PaymentRequest.commune_id).join(CardPayment, CardPayment.request_id == PaymentRequest.id)
_OF_CALLS = _OF_FEEDS.join(WebhookDelivery, WebhookDelivery.connection_id == BankConnection.id)
_STALL = WhoseMode(select(Stall.commune_id).where(Stall.id == _ROW))
_BUSINESS = WhoseMode(select(Business.commune_id).where(Business.id == _ROW))
_FEED = WhoseMode(_OF_FEEDS.where(BankConnection.id == _ROW))
_DELIVERY = WhoseMode(_OF_CALLS.where(WebhookDelivery.id == _ROW))
_CREDIT = WhoseMode(select(BankCredit.commune_id).where(BankCredit.id == _ROW))
_DEBIT = WhoseMode(select(BankDebit.commune_id).where(BankDebit.id == _ROW))
_CARD_PAYMENT = WhoseMode(_OF_PAYMENTS.where(CardPayment.id == _ROW))


def of_stall(stall_id: int) -> Whose:
    return Whose(_STALL, stall_id)


def of_business(business_id: int) -> Whose:
    return Whose(_BUSINESS, business_id)


def of_feed(connection_id: int) -> Whose:
    return Whose(_FEED, connection_id)


def of_delivery(delivery_id: int) -> Whose:
    """NotFound where it came over no feed."""
    return Whose(_DELIVERY, delivery_id)


def of_credit(credit_id: int) -> Whose:
    return Whose(_CREDIT, credit_id)


def of_debit(debit_id: int) -> Whose:
    return Whose(_DEBIT, debit_id)


def of_card_payment(payment_id: int) -> Whose:
    return Whose(_CARD_PAYMENT, payment_id)


def of_card_account(account: CardAccount) -> Whose:
    return of_stall(account.stall_id)


def held_mode_of(session: Session, whose: Whose) -> CommuneMode:
    """The mode there, which stays so until the transaction ends; NotFound for no such row."""
    return whose.mode.held(session, {"row_id": whose.row_id})


def mode_now_of(session: Session, whose: Whose) -> CommuneMode:
    """The mode of this moment; NotFound for no such row."""
    return whose.mode.now(session, {"row_id": whose.row_id})


_CALLED = RowQuery(
    select(Commune.mode)
    .join(Business, Business.commune_id == Commune.id)
    .join(BankAccount, BankAccount.business_id == Business.id)
    .join(BankConnection, BankConnection.bank_account_id == BankAccount.id)
    .where(
        BankConnection.provider == bindparam("provider"),
        BankConnection.key == bindparam("key"),
        BankConnection.ended_at.is_(None),
    )
)


def mode_at(session: Session, provider: str, key: str) -> CommuneMode | None:
    """The mode of this moment at the address that a provider calls; None for no such address."""
    found = _CALLED.rows(session.connection(), {"provider": provider, "key": key})
    return found[0][0] if found else None


def is_on(session: Session, whose: Whose, feature: Feature) -> bool:
    """Whether it is allowed there, and stays so until the transaction ends; NotFound for no such row."""
    return allows(held_mode_of(session, whose), feature)


def require(session: Session, whose: Whose, feature: Feature) -> None:
    """Refused where it is not allowed there; NotFound for no such row."""
    refuse_unless(held_mode_of(session, whose), feature)


def communes_with(feature: Feature) -> Select[int]:
    """The ids of the communes whose mode allows it, for statements of jobs."""
    return select(Commune.id).where(has_feature(feature))
