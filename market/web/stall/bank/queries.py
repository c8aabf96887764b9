"""The feed of notices that a stall's page shows: the provider, and the address to paste there."""

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
from market.sellers.models import BankAccount
from market.sellers.queries import connection_of
from market.web.base.commune import current_commune


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A live connection. `address` is what the seller pastes at the provider, `lookup` how
    the provider can be asked, `access` whether it may be."""

    provider: BankProvider
    address: str
    last_notice_at: datetime | None
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
        lookup=lookup_of(provider.name),
        access=bank_access_of(session, connection.id),
    )


def chosen_provider(name: str | None, feed: Feed | None) -> BankProvider:
    """The provider named; else that of the live feed, else the first of ours. NotFound for a name that is none's."""
    if name is None:
        return feed.provider if feed else next(iter(PROVIDERS.values()))
    if name not in PROVIDERS:
        raise NotFound
    return PROVIDERS[name]
