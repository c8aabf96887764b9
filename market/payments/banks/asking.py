"""A seller's provider of bank notices, asked with what she entered for it."""

import json
from collections.abc import Mapping

from market.base.config import Settings
from market.base.secrets import vault
from market.payments.banks import PROVIDERS
from market.payments.models import BankAccess
from market.payments.ports import LookupClient, TransferLookup


def lookup_of(provider: str) -> TransferLookup | None:
    """How a provider is asked; None where it cannot be, does not say that it can, or is no longer among ours."""
    found: TransferLookup | None = getattr(PROVIDERS.get(provider), "lookup", None)
    return found


def client_with(lookup: TransferLookup, access: Mapping[str, str], settings: Settings) -> LookupClient:
    """A client at the provider's own address; in development at the stand-in that the settings name."""
    elsewhere = None if settings.is_production else settings.bank_mock_url
    return lookup.client(access, elsewhere=elsewhere)


def client_of(access: BankAccess, provider: str, settings: Settings) -> LookupClient | None:
    """A client with the access that is kept; None where its provider cannot be asked. ValueError where no data key
    opens it any more."""
    lookup = lookup_of(provider)
    entered: dict[str, str] = json.loads(vault().decrypt(access.access_cipher))
    return client_with(lookup, entered, settings) if lookup else None
