"""What the outside must be able to do for notices: carry one to a person."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from market.base.errors import OutsideError
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
class Receiver:
    """One of those a notice is for, at a commune's market: a person; or (`person_id` None) who has no account: a guest,
    a household known by the register's phone. `addressee` is whom the notice itself names."""

    commune_id: int
    addressee: Addressee
    person_id: int | None
    phones: tuple[Phone, ...] = field(default=(), repr=False)
    email: str | None = field(default=None, repr=False)


class Address(enum.Enum):
    """What a way needs to know of a recipient. OWN: nothing, the way itself knows where they are (`Sender.reaches`): on
    a browser on which they are signed in, or which opens their order."""

    PHONE = enum.auto()
    EMAIL = enum.auto()
    OWN = enum.auto()


class NotTaken(OutsideError):
    """The outside surely did not take the message. Of a way without keys only this is tried again: after any other
    failure it may have been sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingNotice:
    """What is sent. `key` is the same each time one notice is tried to one recipient on one way: an outside that knows
    it tells nobody twice. It says nothing of anybody.

    `link` is the whole address of the page of what it is about. A stall's own people are given the signed one of an
    order that waits for their answer, but by a way whose address is OWN; any other opens nothing by itself.
    """

    key: str
    kind: str
    sentence: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where one notice is carried: `phones`, the first to be called first, and `email` only for a way that needs
    them, and then there is one."""

    recipient: Receiver
    phones: tuple[Phone, ...] = field(default=(), repr=False)
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingLimits:
    """After `most_time` a sending is ended; `at_once` is how many one worker has under way."""

    most_time: timedelta
    at_once: int = 1


class Sender(Protocol):
    """A way to reach people outside the market: all that the market knows of it.

    `name` is in the kinds of its jobs, in the names of its settings and in the order of the ways: lower case, digits,
    hyphens.
    """

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str:
        """What operators call it."""

    @property
    def word(self) -> str:
        """What people call it: "Tin nhắn SMS"."""

    @property
    def fields(self) -> tuple[SettingField, ...]:
        """What the operator must enter before anything is sent."""

    @property
    def limits(self) -> SendingLimits: ...

    @property
    def address(self) -> Address: ...

    @property
    def is_paid(self) -> bool:
        """Whether each message costs money: it then counts against the commune's cap, and carries only what somebody
        must hear of."""

    def takes_keys(self, entered: Mapping[str, str]) -> bool:
        """Whether the outside, given the same `key` twice, tells once: then what broke off is sent again."""

    def reaches(self, to: Receiver) -> bool:
        """Whether this way leads to them, beyond the address that it needs. Asked outside a transaction, of the
        reading session alone: it calls nothing."""

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        """Carry it there, with what was entered by field name, outside any transaction. OutsideError where that fails:
        permanent where trying again cannot help, `NotTaken` where it surely was not sent. What it says is logged,
        without anything that looks like a phone number or an address."""
