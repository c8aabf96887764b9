"""What the outside must be able to do for payments: bring a bank's notices, tell of them when asked, take a card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from market.base.errors import OutsideError
from market.base.ports import SettingField
from market.payments.rules.checks import ToldTransfer
from market.payments.rules.matching import BankTransaction
from market.values.money import Dong

SUCCEEDED = "succeeded"
"""The one state of a PaymentIntent in which money has come."""
OPEN = "open"
COMPLETE = "complete"
EXPIRED = "expired"
"""Where a Checkout Session stands: it ends in one of the last two."""


class Headers(Protocol):
    """A call's headers, by name in any case."""

    def get(self, key: str, default: str, /) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """How large a provider's call may be, and how many a minute whose signature does not hold are counted at one of our
    addresses."""

    body_bytes: int
    failures_a_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The body that this provider takes for "kept" or "not kept"."""

    body: str
    mimetype: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a call brought: 0 to n transactions, and the names of the fields that kept others from being read. `sent`:
    money that left with a memo of a refund; all else that leaves is passed over."""

    transactions: tuple[BankTransaction, ...] = ()
    sent: tuple[BankTransaction, ...] = ()
    odd: tuple[str, ...] = ()


class AccessRefused(OutsideError):
    """A provider does not take what was entered to ask it with: it is another's, was revoked, or has run out."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class AskedTooOften(OutsideError):
    """A provider wants to be asked again only after a while."""

    def __init__(self, message: str, *, after: timedelta) -> None:
        super().__init__(message, permanent=False)
        self.after = after


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTransfer:
    """One transaction to ask about: its id at the provider, and when its notice says that the money came in."""

    provider_txn_id: str
    occurred_at: datetime


class LookupClient(Protocol):
    """A provider asked with one seller's access. OutsideError where it gives no answer that can be read, AccessRefused
    where it does not take the access, AskedTooOften where it wants a pause."""

    def has_account(self, number: str, bin_: str) -> bool:
        """Whether the access can tell of this account; also where that cannot be known beforehand."""

    def transfers(self, asked: Sequence[AskedTransfer]) -> Mapping[str, ToldTransfer | None]:
        """What the provider tells of each, by id: None where it knows none. One that it could not be asked about now
        is left out. Those of one day cost as little as one."""

    def transactions_between(self, first: date, last: date) -> Sequence[BankTransaction]:
        """All that came in on any account of this access in these days, both included, however its calls fared. What
        cannot be read of it is left out; AskedTooOften as everywhere."""


class AccessGrant(Protocol):
    """How a seller lets the market ask by signing in at her provider (OAuth2), for reading alone."""

    def address(self, *, back_to: str, state: str) -> str:
        """The provider's page to agree on; it sends her `back_to` the market with a code and this state."""

    def redeem(self, code: str, *, back_to: str, now: datetime) -> Mapping[str, str]:
        """The access that a code stands for. AccessRefused where the provider does not take it, OutsideError where it
        does not answer."""

    def renew(self, access: Mapping[str, str], *, now: datetime) -> Mapping[str, str] | None:
        """The access anew where it ends soon, None where it is good. AccessRefused where it cannot be renewed."""


class TransferLookup(Protocol):
    """How a provider is asked about a plain transfer: `fields` are what a seller enters for it. It only ever reads."""

    @property
    def fields(self) -> tuple[SettingField, ...]: ...

    def client(self, access: Mapping[str, str], *, elsewhere: str | None) -> LookupClient:
        """A client with what the seller entered, by field name, at the provider's own fixed address; at `elsewhere`
        where a development or a test stands in for it."""

    def grant(self, *, elsewhere: str | None) -> AccessGrant | None:
        """How it is let by signing in there; None where it cannot be, or this installation is not known there."""


class BankProvider(Protocol):
    """A provider of bank notices: all that the market knows of it. `name` is in the webhook's address and in rows."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str:
        """What sellers call it."""

    @property
    def fields(self) -> tuple[SettingField, ...]: ...

    @property
    def limits(self) -> CallLimits: ...

    @property
    def lookup(self) -> TransferLookup | None:
        """How it is asked about a plain transfer. None: it cannot be, and its notices stay the seller's word."""

    def is_genuine(self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime) -> bool:
        """Whether the provider signed these very bytes, just now, with what the seller entered (by field name)."""

    def read(self, body: bytes) -> Reading:
        """The transactions of a call, none for a trial call; of money that left those alone whose memo may be that of
        a refund (`rules.refunds.names_refund`). ValueError where it is no call at all.

        A transaction with an odd field is named in `odd` and costs none of the others. The call itself is kept: a
        provider that has a `reading` number and raises it when this reads more has it read again. `field_words` and
        `why_not_genuine` may say more to sellers, see `banks/calls.py`.
        """

    def reply(self, *, kept: bool) -> Reply: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A gateway's PaymentIntent as it stands: `received` is what the card's bank has let go of, in `currency`.
    `declined`: the gateway's code for why its last card was refused; None where none was."""

    id: str
    status: str
    amount: Dong
    received: Dong
    currency: str
    declined: str | None = None

    @property
    def is_paid(self) -> bool:
        return self.status == SUCCEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """Money that goes back to a card. `mark`: what the market wrote on its own, None on those made elsewhere;
    `failure`: the gateway's code for why it did not arrive."""

    id: str
    amount: Dong
    status: str
    mark: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDisputed:
    """A card holder's complaint at their bank, as it stands. `reason` is the gateway's code, `due_at` until when it may
    be answered (None: not any more, or not at all)."""

    id: str
    amount: Dong
    status: str
    reason: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAgain:
    """All that a gateway says just now of money that left a card payment again."""

    refunds: Sequence[Refunded] = ()
    disputes: Sequence[CardDisputed] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCheckout:
    """A page of the gateway's own to pay one order at; the buyer comes back to one of the two addresses."""

    amount: Dong
    order_code: str
    success_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A gateway's Checkout Session as it stands. `url` only while it is open, `intent_id` once a card was typed."""

    id: str
    status: str
    is_paid: bool
    url: str | None
    intent_id: str | None

    @property
    def is_over(self) -> bool:
        """Whether nobody can pay it any more, and no answer is awaited."""
        return self.status == EXPIRED or (self.status == COMPLETE and self.is_paid)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSnapshot:
    """What the gateway says of a session just now, of its intent where there is one, and of what left it again where
    that was asked."""

    checkout: Checkout
    intent: Intent | None
    left: LeftAgain = LeftAgain()


class CardGateway(Protocol):
    """A gateway for one stall's own account. `key`: the same key again does nothing new."""

    def try_key(self) -> None:
        """Ask for something harmless: OutsideError where the account's key does not open it."""

    def create_checkout(self, new: NewCheckout, *, key: str) -> Checkout: ...

    def checkout(self, checkout_id: str) -> Checkout: ...

    def expire_checkout(self, checkout_id: str, *, key: str) -> Checkout: ...

    def create_intent(self, amount: Dong, order_code: str, *, key: str) -> Intent: ...

    def set_method(self, intent_id: str, method: str, *, key: str) -> Intent: ...

    def confirm_intent(self, intent_id: str, *, key: str) -> Intent: ...

    def cancel_intent(self, intent_id: str, *, key: str) -> Intent: ...

    def intent(self, intent_id: str) -> Intent: ...

    def refund(self, intent_id: str, amount: Dong, *, key: str) -> Refunded:
        """Send a part of what an intent brought back to its card; the key is written on it as its `mark`."""

    def refunds(self, intent_id: str) -> Sequence[Refunded]:
        """All refunds of an intent, made here or at the gateway."""

    def disputes(self, intent_id: str) -> Sequence[CardDisputed]:
        """All disputes of an intent."""
