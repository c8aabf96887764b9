"""What the KPI is counted from, as plain values: the register's lines, accounts, sales, and who stands behind whom."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


class Evidence(enum.IntEnum):
    """How well a sale is proven, weakest first; declared is shown and not counted."""

    DECLARED = enum.auto()
    BUYER = enum.auto()
    CHANNEL_REPORT = enum.auto()
    BANK = enum.auto()
    DOCUMENT = enum.auto()

    @property
    def is_counted(self) -> bool:
        return self > Evidence.DECLARED


EVIDENCE_WORDS = {
    Evidence.DECLARED: "tự khai",
    Evidence.BUYER: "người mua xác nhận",
    Evidence.CHANNEL_REPORT: "số liệu từ sàn",
    Evidence.BANK: "ngân hàng báo có",
    Evidence.DOCUMENT: "chứng từ",
}


class Verdict(enum.StrEnum):
    """What an officer decided about an order that had to be checked."""

    COUNTS = "tinh"
    DOES_NOT_COUNT = "khong_tinh"


VERDICT_WORDS = {Verdict.COUNTS: "Tính đơn này", Verdict.DOES_NOT_COUNT: "Không tính đơn này"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """What the register said of a business from a day on, and when that was written down."""

    business_id: int
    kind: str
    status: str
    hamlet_id: int
    valid_from: date
    recorded_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A verified account on a platform, from one day to another (None: still)."""

    business_id: int
    platform: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A completed order. `banked` is what banks say came in for it and was not taken off again, in đồng; `carded` what
    the gateway of the seller's own choice says it charged to a card: a platform's figure, and no bank's credit."""

    order_id: int
    code: str
    business_id: int
    completed_on: date
    total: int
    banked: int
    carded: int
    is_confirmed: bool
    buyer_id: int | None
    phone: str
    device: str | None

    @property
    def evidence(self) -> Evidence:
        if self.banked > 0:
            return Evidence.BANK
        if self.carded > 0:
            return Evidence.CHANNEL_REPORT
        return Evidence.BUYER if self.is_confirmed else Evidence.DECLARED

    @property
    def proven(self) -> int:
        """The amount the evidence speaks of."""
        seen = self.banked if self.banked > 0 else self.carded
        return min(self.total, seen) if seen > 0 else self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A sale elsewhere that a business says it made."""

    business_id: int
    platform: str
    sold_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who stands behind a business: its people, their phones and devices, the accounts it is or was paid into."""

    people: frozenset[int] = frozenset()
    phones: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    bank_accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePost:
    """A person in the commune's service: for all hamlets, for one, or under a mandate for one business."""

    person_id: int
    phone: str | None
    starts_on: date
    ends_on: date | None
    hamlet_id: int | None = None
    business_id: int | None = None

    def covers(self, business_id: int, hamlet_id: int, day: date) -> bool:
        if day < self.starts_on or (self.ends_on is not None and day > self.ends_on):
            return False
        if self.business_id is not None:
            return self.business_id == business_id
        return self.hamlet_id is None or self.hamlet_id == hamlet_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An OCOP certificate that an officer has checked."""

    business_id: int
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedNumber:
    """A number in force from one day to another, under its name; the commune's own goes before the country's."""

    key: str
    value: int
    valid_from: date
    valid_to: date | None
    is_own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All that is known, as of a moment, about a commune's businesses and their sales since a day."""

    lines: Sequence[RegisterLine]
    accounts: Sequence[Account] = ()
    sales: Sequence[Sale] = ()
    declared: Sequence[Declared] = ()
    papers: Sequence[Paper] = ()
    services: Sequence[ServicePost] = ()
    numbers: Sequence[DatedNumber] = ()
    parties: Mapping[int, Party] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)

    def number_on(self, key: str, day: date) -> int | None:
        """The number in force on a day; None where nobody has set one."""
        found = [
            one
            for one in self.numbers
            if one.key == key and one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
        ]
        return max(found, key=lambda one: (one.is_own, one.valid_from)).value if found else None
