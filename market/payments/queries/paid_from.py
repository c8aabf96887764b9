"""From which account the money of an order came, as its feed told it: where to send it back when its buyer has not
said."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.secrets import vault
from market.payments.banks import PROVIDERS
from market.payments.models import Allocation, BankCredit
from market.payments.queries.refunds import RefundTo
from market.payments.queries.stalls import is_standing
from market.payments.rules.matching import BankTransaction
from market.sellers.models import BankConnection
from market.sellers.rules import BANKS, account_number

MOST = 5
"""Of so many transfers for one order at most is it asked."""
_BY_NAME = {name.casefold(): bin_ for bin_, bank in BANKS.items() for name in (bank.short_name, bank.code)}


def paid_from(session: Session, request_id: int) -> RefundTo | None:
    """The one account that all bank money of a request came from; None where nobody told, or two did, or its bank is
    not known."""
    query = (
        select(BankCredit, BankConnection.provider)
        .join(Allocation, Allocation.credit_id == BankCredit.id)
        .join(BankConnection, BankConnection.id == BankCredit.connection_id)
        .where(Allocation.request_id == request_id, *is_standing(Allocation))
    )
    rows = session.execute(query.order_by(BankCredit.id).limit(MOST)).all()
    told = [_told(credit, provider) for credit, provider in rows]
    found = {(one.payer, one.payer_bank) for one in told if one}
    if len(found) != 1 or None in told:
        return None
    payer = told[0]
    bin_ = payer and _bin_of(payer.payer_bank)
    if not payer or not bin_ or not _is_number(payer.payer):
        return None
    return RefundTo(
        bin=bin_, number=payer.payer, holder=payer.payer_name, given_at=payer.occurred_at, is_told_by_bank=True
    )


def _told(credit: BankCredit, provider: str) -> BankTransaction | None:
    """The transaction of a credit as its kept call tells it; None where that names no payer, or cannot be read."""
    feed = PROVIDERS.get(provider)
    if feed is None or credit.raw_cipher is None:
        return None
    try:
        read = feed.read(vault().decrypt(credit.raw_cipher).encode()).transactions
    except ValueError:  # found by asking, whose answer is kept instead of a call
        return None
    return next((one for one in read if one.provider_txn_id == credit.provider_txn_id and one.payer), None)


def _bin_of(bank: str) -> str | None:
    return bank if bank in BANKS else _BY_NAME.get(bank.casefold())


def _is_number(text: str) -> bool:
    try:
        return account_number(text) == text
    except ValueError:
        return False
