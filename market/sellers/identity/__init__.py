"""The providers of electronic identity, one module each, and the one that this installation is connected to.

No real one is here: connecting to the national system asks for an agreement with its keeper, a server of one's own and
a trial there (ADR 26). One comes as its module, its tests and its line here.
"""

import os
from dataclasses import dataclass, field

from market.base.config import current_settings
from market.sellers.identity.stand_in import StandIn
from market.sellers.ports import IdentityProvider

IDENTITY_PROVIDERS: dict[str, IdentityProvider] = {one.name: one for one in (StandIn(),)}
CHOSEN = "CHOSO_IDENTITY"
"""The environment variable that names the provider; what it asks for stands in CHOSO_IDENTITY_ and the field's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The provider in use, with what the operator entered, by field name."""

    provider: IdentityProvider
    entered: dict[str, str] = field(repr=False)


def chosen_name() -> str:
    return os.environ.get(CHOSEN, "").strip()


def connected() -> Connected | None:
    """The provider that this market asks; None where none is named, or it lacks what it asks for, or is a stand-in in a
    market that serves people."""
    provider = IDENTITY_PROVIDERS.get(chosen_name())
    if provider is None or (current_settings().is_production and not provider.is_real):
        return None
    entered = {one.name: os.environ.get(f"{CHOSEN}_{one.name.upper()}", "").strip() for one in provider.fields}
    if any(not one.least <= len(entered[one.name]) <= one.most for one in provider.fields):
        return None
    return Connected(provider=provider, entered=entered)
