"""What the outside must be able to do for notices: carry one to a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from market.base.ports import SettingField
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a notice is for: the people of a business, one person, or (both None) the guest who placed the order or the
    purchase."""

    business_id: int | None
    person_id: int | None
    order_id: int | None
    purchase_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingNotice:
    """What is sent. `key` is the same each time one notice is tried: an outside that knows it tells nobody twice.

    `link` is the whole address of the page of what it is about, safe to send: it opens nothing by itself.
    """

    key: str
    kind: str
    sentence: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where one notice is carried. `phones`, the first to be called first, are there only for a sender that
    `needs_phones`, and then at least one."""

    addressee: Addressee
    phones: tuple[Phone, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingLimits:
    """After `most_time` a sending is ended and tried again later; `at_once` is how many one worker has under way."""

    most_time: timedelta
    at_once: int = 1


class Sender(Protocol):
    """A way to reach people outside the market: all that the market knows of it.

    `name` is in the kinds of its jobs and in the names of its settings: lower case, digits, hyphens.
    """

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str:
        """What operators call it."""

    @property
    def fields(self) -> tuple[SettingField, ...]:
        """What the operator must enter before anything is sent."""

    @property
    def limits(self) -> SendingLimits: ...

    @property
    def needs_phones(self) -> bool:
        """Whether `send` is given phone numbers; it is not called for those who left none."""

    def reaches(self, addressee: Addressee) -> bool:
        """Whether this way leads to them. Asked in the transaction that writes the notice: it calls nothing outside."""

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        """Carry it there, with what was entered by field name. OutsideError where that fails: tried again later, unless
        it is permanent. What it says is kept with the job, without anything that looks like a phone number."""
