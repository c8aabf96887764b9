"""What the outside must be able to do for sellers: say that a person's electronic identity is theirs."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from market.base.ports import SettingField
from market.values.taxid import CitizenId


class CallHeaders(Protocol):
    """A call's headers, by name in any case."""

    def get(self, key: str, default: str, /) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a provider asks the person to do: the page or app to open (`address`), by when, and the provider's own
    `reference` of the attempt."""

    reference: str
    address: str
    ends_at: datetime


class IdentityOutcome(enum.Enum):
    """What a provider says of an attempt, or of a link later."""

    AUTHENTICATED = enum.auto()
    REFUSED = enum.auto()
    EXPIRED = enum.auto()
    REVOKED = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAnswer:
    """A provider's answer about the attempt that we named `attempt`, at its own time `told_at`.

    `subject`: its lasting name of the person, `citizen_id` the person's number where it tells it: neither is kept as it
    is, but as a keyed hash. `valid_to`: until when the link holds; None: until it is revoked.
    """

    attempt: str
    reference: str
    outcome: IdentityOutcome
    told_at: datetime
    subject: str = field(default="", repr=False)
    citizen_id: CitizenId | None = field(default=None, repr=False)
    valid_to: datetime | None = None


class UnsignedCall(ValueError):
    """A call that is not the provider's."""


class IdentityProvider(Protocol):
    """An electronic identity's provider: all that the market knows of it. `name` is in addresses and in rows."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str:
        """What sellers call it."""

    @property
    def fields(self) -> tuple[SettingField, ...]:
        """What the operator must enter before anybody is asked."""

    @property
    def is_real(self) -> bool:
        """Whether its word counts in a market that serves people; a stand-in's does not."""

    def begin(self, attempt: str, entered: Mapping[str, str], *, now: datetime) -> Challenge:
        """Begin the attempt of this name; named twice it is one. OutsideError where the provider does not answer,
        permanent where asking again cannot help."""

    def ask(self, attempt: str, reference: str, entered: Mapping[str, str], *, now: datetime) -> IdentityAnswer | None:
        """What came of an attempt; None while the person has not answered. OutsideError as above."""

    def read_call(
        self, headers: CallHeaders, body: bytes, entered: Mapping[str, str], *, now: datetime
    ) -> IdentityAnswer:
        """The answer that a call brings. UnsignedCall where its signature does not hold, ValueError where it cannot be
        read."""
