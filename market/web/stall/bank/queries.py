"""The feed of notices that a stall's page shows: the provider, and the address to paste there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.commands import links
from market.base.errors import NotFound
from market.payments.banks import PROVIDERS
from market.payments.banks.asking import lookup_of
from market.payments.models import BankAccess
from market.payments.ports import BankProvider, TransferLookup
from market.payments.queries import bank_access_of
from market.payments.rules.calls import CallRefusal, refusal_words
from market.sellers.models import BankAccount, BankConnection
from market.sellers.queries import account_number, connection_of
from market.sellers.rules import (
    BankRuleKind,
    banks_with,
    is_virtual_only,
    may_not_tell,
    memo_prefix,
    reason_against_account,
)
from market.values.period import local_day
from market.web.base.commune import current_commune


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCall:
    """A call at the feed's address that was let in by nobody: when, why and what to do."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A live connection. `address` is what the seller pastes at the provider, `lookup` how
    the provider can be asked, `access` whether it may be, `refused` the last call there that was not let in, until one
    is."""

    provider: BankProvider
    address: str
    last_notice_at: datetime | None
    refused: RefusedCall | None
    lookup: TransferLookup | None
    access: BankAccess | None


def feed_of(session: Session, account: BankAccount | None) -> Feed | None:
    """The live feed of an account. None also where its provider is no longer among ours: nothing comes from there."""
    connection = connection_of(session, account.id) if account else None
    provider = PROVIDERS.get(connection.provider) if connection else None
    if connection is None or provider is None:
        return None
    address = links(current_commune().host).webhook(provider.name, connection.key)
    return Feed(
        provider=provider,
        address=address,
        last_notice_at=connection.last_notice_at,
        refused=_refused(connection, provider),
        lookup=lookup_of(provider.name),
        access=bank_access_of(session, connection.id),
    )


def _refused(connection: BankConnection, provider: BankProvider) -> RefusedCall | None:
    if connection.refused_at is None or connection.refused_because is None:
        return None
    why = refusal_words(CallRefusal(connection.refused_because), provider.label)
    return RefusedCall(at=connection.refused_at, why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAsks:
    """What a person must know of banks before they fill anything in: why their account cannot be paid by a code, what
    the memo must begin with and whether only virtual numbers are told of where a provider tells of it, whether it may
    not tell of this bank at all; at which banks virtual numbers alone are."""

    cannot_be_paid: str | None
    memo_prefix: str
    is_virtual_only: bool
    may_not_tell: bool
    virtual_only_banks: Sequence[str]


def bank_asks(account: BankAccount | None, provider: BankProvider, *, now: datetime) -> BankAsks:
    bin_, today = account.bin if account else "", local_day(now)
    number = account_number(account) if account else ""
    return BankAsks(
        cannot_be_paid=reason_against_account(bin_, number, today) if account else None,
        memo_prefix=memo_prefix(bin_, provider.name, today),
        is_virtual_only=is_virtual_only(bin_, provider.name, today),
        may_not_tell=may_not_tell(bin_, provider.name, today),
        virtual_only_banks=banks_with(BankRuleKind.VIRTUAL_ONLY, today),
    )


def chosen_provider(name: str | None, feed: Feed | None) -> BankProvider:
    """The provider named; else that of the live feed, else the first of ours. NotFound for a name that is none's."""
    if name is None:
        return feed.provider if feed else next(iter(PROVIDERS.values()))
    if name not in PROVIDERS:
        raise NotFound
    return PROVIDERS[name]
