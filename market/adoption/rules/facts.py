"""What the KPI is counted from, as plain values: the register's lines, accounts, sales, and who stands behind whom."""

import enum
from collections.abc import Iterable, Mapping, Sequence
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


BuyerKey = tuple[str, str]
"""A phone together with the device or the account it was given on: a phone alone can be typed by anybody."""


def buyer_keys(phone: str, device: str | None, person_id: int | None) -> frozenset[BuyerKey]:
    """By what a buyer is known again; empty where a phone is all there is."""
    given_on = [f"device {device}"] if device else []
    given_on += [f"person {person_id}"] if person_id else []
    return frozenset((phone, one) for one in given_on)


class Verdict(enum.StrEnum):
    """What an officer decided about an order that had to be checked."""

    COUNTS = "tinh"
    DOES_NOT_COUNT = "khong_tinh"


VERDICT_WORDS = {Verdict.COUNTS: "Tính đơn này", Verdict.DOES_NOT_COUNT: "Không tính đơn này"}


class ReviewWay(enum.StrEnum):
    """What an officer did before deciding."""

    CALLED = "da_goi"
    VISITED = "da_den_gap"
    SAW_PAPER = "da_xem_giay"


REVIEW_WAY_WORDS = {
    ReviewWay.CALLED: "Đã gọi người mua",
    ReviewWay.VISITED: "Đã đến gặp",
    ReviewWay.SAW_PAPER: "Đã xem giấy tờ",
}


class RiskFlag(enum.StrEnum):
    """A reason to look at a sale before it counts; each stands by itself, none is a verdict."""

    SHARED_PHONE = "chung_so_may"
    SHARED_DEVICE = "chung_thiet_bi"
    SHARED_ACCOUNT = "chung_tai_khoan"
    COMMUNE_STAFF = "nguoi_cua_xa"
    STAFF_DEVICE = "may_nguoi_cua_xa"
    ONE_BUYER = "mot_nguoi_mua"
    BUYING_CIRCLE = "mua_vong"
    SMALL_ORDER = "don_nho"
    SMALL_RUN = "chuoi_don_nho"
    MANY_PHONES = "nhieu_so_mot_may"
    PERIOD_END = "cuoi_ky"
    UNKNOWN_PAYER = "khong_ro_nguoi_tra"
    RELATED_PAYER = "nguoi_nha_tra"
    DENIED = "nguoi_mua_noi_khong"
    WRONG_NUMBER = "sai_so_may"
    UNANSWERED = "khong_nghe_may"
    ONLY_CALLED = "chi_nghe_may"
    TAKEN_BACK = "ngan_hang_noi_khac"
    NOT_EXAMINED = "chua_xet"


RISK_FLAG_WORDS = {
    RiskFlag.SHARED_PHONE: "Người mua và người bán dùng chung số máy",
    RiskFlag.SHARED_DEVICE: "Đặt trên điện thoại mà người bán đã từng đăng nhập",
    RiskFlag.SHARED_ACCOUNT: "Người mua và người bán nhận tiền vào cùng một tài khoản",
    RiskFlag.COMMUNE_STAFF: "Người mua là cán bộ xã hoặc người hỗ trợ của thôn",
    RiskFlag.STAFF_DEVICE: "Đặt trên điện thoại mà cán bộ xã hoặc người hỗ trợ đã từng đăng nhập",
    RiskFlag.ONE_BUYER: "Một người mua là bằng chứng duy nhất của nhiều cơ sở",
    RiskFlag.BUYING_CIRCLE: "Các cơ sở mua vòng của nhau",
    RiskFlag.SMALL_ORDER: "Số tiền quá nhỏ",
    RiskFlag.SMALL_RUN: "Nhiều đơn rất nhỏ trong vài ngày",
    RiskFlag.MANY_PHONES: "Quá nhiều số máy đặt trên cùng một điện thoại",
    RiskFlag.PERIOD_END: "Đơn rơi vào những ngày cuối trước ngày chốt",
    RiskFlag.UNKNOWN_PAYER: "Không rõ tài khoản nào đã trả tiền",
    RiskFlag.RELATED_PAYER: "Tiền trả từ tài khoản của người bán, người nhà hoặc người hỗ trợ",
    RiskFlag.DENIED: "Gọi hỏi, người mua nói không mua đơn này hoặc đơn khác của gian này",
    RiskFlag.WRONG_NUMBER: "Gọi hỏi, số máy không phải của người mua",
    RiskFlag.UNANSWERED: "Gọi nhiều lần không ai nghe máy",
    RiskFlag.TAKEN_BACK: "Nơi báo có đã xác nhận tiền, hỏi lại thì nói khác",
    RiskFlag.ONLY_CALLED: "Người mua có nghe máy khi xã rút thăm gọi, nhưng chưa thấy mua ở cơ sở nào khác",
    RiskFlag.NOT_EXAMINED: "Chợ chưa xét xong đơn này, thường xong trong vài phút",
}


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


@dataclass(slots=True, kw_only=True)
class Account:
    """A verified account on a platform, from one day to another (None: still). Not frozen, as a frozen one takes three
    times as long to make, and a figure has thousands of them."""

    business_id: int
    platform: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


def accounts_on(accounts: Iterable[Account], day: date) -> list[Account]:
    """Those that hold on a day, said without a call for each: as `holds_on` does."""
    return [one for one in accounts if one.since <= day and (one.until is None or day < one.until)]


def with_account(accounts: Iterable[Account], day: date) -> set[int]:
    """The businesses that have an account on a day."""
    return {one.business_id for one in accounts_on(accounts, day)}


class Vouch(enum.StrEnum):
    """What makes a buyer somebody, apart from the seller's own word; the definition is in `vouching`."""

    CALL = "da_goi"
    BANK = "chuyen_khoan"
    REGULAR = "khach_quen"
    SEEN = "den_nhan"


VOUCH_WORDS = {
    Vouch.CALL: "người mua đã trả lời khi xã gọi hỏi",
    Vouch.BANK: "người mua đã chuyển khoản mua ở cơ sở khác, ngân hàng xác nhận",
    Vouch.REGULAR: "người mua đã mua ở cơ sở khác có khách quen của xã",
    Vouch.SEEN: "người giữ điểm nhận hàng đã thấy người mua đến lấy hàng",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A completed order.

    `banked` is what notices say came in for it, in đồng; `bank_confirmed` what of it the provider itself, asked by the
    market, told of, and `payer` the digest of the account it came from (None: not told); `is_contested`: asked again,
    it no longer told the same. `carded` is what the gateway of the seller's own choice says it charged to a card: a
    platform's figure, and no bank's credit. `given_back`: what of it the buyer has again. `vouch` and `is_examined` are
    what the job that raises risk flags found.
    """

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
    bank_confirmed: int = 0
    payer: str | None = None
    is_contested: bool = False
    given_back: int = 0
    vouch: Vouch | None = None
    is_examined: bool = False

    @property
    def evidence(self) -> Evidence:
        if self.bank_confirmed > 0:
            return Evidence.BANK
        if self.carded > 0:
            return Evidence.CHANNEL_REPORT
        return Evidence.BUYER if self.is_confirmed and self.vouch else Evidence.DECLARED

    @property
    def proven(self) -> int:
        """The amount the evidence speaks of."""
        seen = self.bank_confirmed if self.bank_confirmed > 0 else self.carded
        return max(0, (min(self.total, seen) if seen > 0 else self.total) - self.given_back)

    @property
    def is_told_by_others(self) -> bool:
        """Whether anybody but the seller says something of it: what the job looks at."""
        return self.is_confirmed or self.bank_confirmed > 0 or self.carded > 0

    @property
    def buyer_keys(self) -> frozenset[BuyerKey]:
        return buyer_keys(self.phone, self.device, self.buyer_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A sale elsewhere that a business says it made."""

    business_id: int
    platform: str
    sold_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who stands behind a business: its people, their phones and devices, the accounts it is or was paid into (every
    keyed hash under which each may be told of as one that paid)."""

    people: frozenset[int] = frozenset()
    phones: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    bank_accounts: frozenset[str] = frozenset()


NOBODY = Party()


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
    """All that is known, as of a moment, about a commune's businesses and their sales since a day.

    `flags`: by order what the job found and no verdict has answered since.
    """

    lines: Sequence[RegisterLine]
    accounts: Sequence[Account] = ()
    sales: Sequence[Sale] = ()
    declared: Sequence[Declared] = ()
    papers: Sequence[Paper] = ()
    numbers: Sequence[DatedNumber] = ()
    parties: Mapping[int, Party] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    flags: Mapping[int, tuple[RiskFlag, ...]] = field(default_factory=dict)

    def number_on(self, key: str, day: date) -> int | None:
        """The number in force on a day; None where nobody has set one."""
        found = [
            one
            for one in self.numbers
            if one.key == key and one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
        ]
        return max(found, key=lambda one: (one.is_own, one.valid_from)).value if found else None
