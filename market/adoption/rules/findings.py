"""What is found of one sale: what speaks for its buyer, and what is flagged."""

from collections.abc import Mapping
from dataclasses import dataclass

from market.adoption.rules.facts import RiskFlag, Vouch


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Whom a flag points to, where it points to anybody: another business, or somebody in the commune's service."""

    business_id: int | None = None
    person_id: int | None = None


Flags = Mapping[RiskFlag, Pointer]
NOWHERE = Pointer()


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFinding:
    """What was found of one sale."""

    vouch: Vouch | None
    flags: Flags
