"""The account that an order was told to pay, and what its bank makes of a transfer there."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import aliased

from market.base.secrets import vault
from market.payments.banks import PROVIDERS
from market.payments.banks.calls import tells_of_transfers
from market.sellers.models import BankAccount, BankConnection, HolderRelation
from market.sellers.queries import is_same_number
from market.sellers.rules import BANKS, is_virtual_only, memo_prefix, reason_against_account


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTo:
    """The account an order was told to pay. `feed`: the provider whose notices of it reach us, None where none do;
    `has_told`: it has told of something."""

    bin: str
    number: str
    holder: str
    is_family: bool
    feed: str | None
    has_told: bool

    @property
    def has_feed(self) -> bool:
        return self.feed is not None

    def tells_by_itself(self, day: date) -> bool:
        """Whether what comes in here is told of: at some banks a feed knows of virtual numbers alone, and whether this
        is one is known once it has told of something. A provider may tell of its own requests alone."""
        tells = self.feed is not None and tells_of_transfers(PROVIDERS.get(self.feed))
        return tells and (self.has_told or not is_virtual_only(self.bin, self.feed, day))

    def memo(self, code: str, day: date) -> str:
        """What the transfer of an order must say: its code, after what the bank asks for."""
        return f"{self.memo_prefix(day)} {code}".strip()

    def memo_prefix(self, day: date) -> str:
        return memo_prefix(self.bin, self.feed, day)

    def takes_qr(self, day: date) -> bool:
        """Whether the app of any bank can pay into it by a code."""
        return reason_against_account(self.bin, self.number, day) is None

    @property
    def bank_name(self) -> str:
        bank = BANKS.get(self.bin)
        return bank.short_name if bank else self.bin


_ROW = aliased(BankAccount)
_FEEDS = (
    select(BankConnection.provider)
    .join(_ROW, _ROW.id == BankConnection.bank_account_id)
    .where(is_same_number(_ROW, BankAccount), BankConnection.ended_at.is_(None))
    .correlate(BankAccount)
)
_FEED = _FEEDS.order_by(BankConnection.id.desc()).limit(1).scalar_subquery()
_HAS_TOLD = _FEEDS.where(BankConnection.last_notice_at.is_not(None)).exists()

PAY_TO = (
    BankAccount.bin,
    BankAccount.number_cipher,
    BankAccount.holder,
    BankAccount.relation,
    _FEED.label("feed"),
    _HAS_TOLD.label("has_told"),
)
"""The columns of `pay_to_of`, of a query that joins the account, or none."""


def pay_to_of(row: RowMapping) -> PayTo | None:
    """None where the order was told to pay into no account."""
    if row["number_cipher"] is None:
        return None
    return PayTo(
        bin=row["bin"],
        number=vault().decrypt(row["number_cipher"]),
        holder=row["holder"],
        is_family=row["relation"] is HolderRelation.FAMILY,
        feed=row["feed"],
        has_told=row["has_told"],
    )
