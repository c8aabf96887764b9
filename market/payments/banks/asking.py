"""A seller's provider of bank notices, asked with what she entered or granted for it."""

import json
from collections.abc import Mapping
from datetime import datetime

from market.base.config import Settings
from market.base.secrets import vault
from market.payments.banks import PROVIDERS
from market.payments.models import BankAccess
from market.payments.ports import AccessGrant, LookupClient, TransferLookup


def lookup_of(provider: str) -> TransferLookup | None:
    """How a provider is asked; None where it cannot be, does not say that it can, or is no longer among ours."""
    found: TransferLookup | None = getattr(PROVIDERS.get(provider), "lookup", None)
    return found


def client_with(lookup: TransferLookup, access: Mapping[str, str], settings: Settings) -> LookupClient:
    """A client at the provider's own address; in development at the stand-in that the settings name."""
    return lookup.client(access, elsewhere=_elsewhere(settings))


def grant_of(lookup: TransferLookup, settings: Settings) -> AccessGrant | None:
    """How a seller lets the market ask by signing in there; None where that cannot be."""
    return lookup.grant(elsewhere=_elsewhere(settings))


def _elsewhere(settings: Settings) -> str | None:
    return None if settings.is_production else settings.bank_mock_url


def entered_in(access: BankAccess) -> dict[str, str]:
    """What was entered or granted, by field name. ValueError where no data key opens it any more."""
    entered: dict[str, str] = json.loads(vault().decrypt(access.access_cipher))
    return entered


def renewed(
    lookup: TransferLookup, access: Mapping[str, str], settings: Settings, *, now: datetime
) -> Mapping[str, str] | None:
    """What was granted, anew where it ends soon; None where it is good, or was entered and does not end. OutsideError
    as the provider answers."""
    grant = grant_of(lookup, settings) if "refresh_token" in access else None
    return grant.renew(access, now=now) if grant else None
