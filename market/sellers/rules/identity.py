"""Who may publish goods: sellers' accounts are linked to their electronic identity, from the dates that the law names.

Nghị định 320/2026/NĐ-CP amends nghị định 69/2024/NĐ-CP: an account of 28/09/2026 or later is linked before it
publishes, one of before is linked before 31/12/2026. The dates themselves are dated facts. Electronic authentication
comes from the national system alone (nghị định 69/2024/NĐ-CP, điều 3): a paper that an officer has seen is none.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from market.values.period import format_date, local_day

LINK_FROM = "identity.link_from"
LINK_UNTIL = "identity.link_until"
UNCONNECTED = "identity.unconnected"
"""The keys of the facts: accounts of this day or later are linked first; those of before it are linked before this
day; what a commune does whose market is connected to no provider."""
ALLOW = "cho đăng"
"""What the last of them says where they may publish for as long; see `places.rules.FACTS`."""


class LinkState(enum.StrEnum):
    """What a row says of an account's link; an account without a row is not linked. AUTHENTICATED is said by the
    provider's own answer and by nothing else."""

    PENDING = "dang_cho"
    AUTHENTICATED = "da_xac_thuc_dien_tu"
    EXPIRED = "het_han"
    REVOKED = "thu_hoi"
    FAILED = "loi"


LINK_WORDS = {
    None: "chưa liên kết",
    LinkState.PENDING: "đang chờ trả lời",
    LinkState.AUTHENTICATED: "đã xác thực điện tử",
    LinkState.EXPIRED: "hết hạn",
    LinkState.REVOKED: "đã thu hồi",
    LinkState.FAILED: "chưa liên kết được",
}
ENDS = frozenset({LinkState.EXPIRED, LinkState.REVOKED})
"""After one of these an account that was authenticated is so no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLaw:
    """What holds on a day: accounts of `link_from` or later are linked before they publish, those of before it are
    linked before `link_until`; None where no such rule holds. `allows_unconnected`: the commune lets them publish for
    as long as its market is connected to no provider."""

    link_from: date | None = None
    link_until: date | None = None
    allows_unconnected: bool = False

    @property
    def last_day(self) -> date | None:
        """The last day on which an account of before publishes unlinked: "before 31/12" ends with 30/12."""
        return self.link_until - timedelta(days=1) if self.link_until else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerAccount:
    """One person's account at one business: since when it is there, and whether it is linked."""

    since: datetime
    is_linked: bool


class PublishingReason(enum.Enum):
    """PublishingReason goods may go up, or may not."""

    LINKED = enum.auto()
    NO_RULE = enum.auto()
    OF_BEFORE = enum.auto()
    COMMUNE_ALLOWS = enum.auto()
    MUST_LINK = enum.auto()
    NOT_CONNECTED = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingRight:
    """Whether goods may go up, why, and (`until`) the last day on which they may; None: no such day."""

    why: PublishingReason
    until: date | None = None

    @property
    def may(self) -> bool:
        return self.why not in (PublishingReason.MUST_LINK, PublishingReason.NOT_CONNECTED)

    def days_left(self, today: date) -> int | None:
        """Days on which goods may go up still, today included; None where no day ends it."""
        return (self.until - today).days + 1 if self.until else None


def may_publish(
    accounts: Iterable[SellerAccount], law: IdentityLaw, today: date, *, is_connected: bool
) -> PublishingRight:
    """Whether one of these accounts lets goods go up today: the best of what each gives."""
    rights = [_right_of(one, law, today, is_connected=is_connected) for one in accounts]
    none_linked = _unlinked(law, is_connected=is_connected)
    return min(rights, key=lambda one: one.why.value, default=none_linked)


def _right_of(account: SellerAccount, law: IdentityLaw, today: date, *, is_connected: bool) -> PublishingRight:
    if account.is_linked:
        return PublishingRight(why=PublishingReason.LINKED)
    if law.link_from is None:
        return PublishingRight(why=PublishingReason.NO_RULE)
    is_of_before = local_day(account.since) < law.link_from
    if is_of_before and (law.last_day is None or today <= law.last_day):
        return PublishingRight(why=PublishingReason.OF_BEFORE, until=law.last_day)
    return _unlinked(law, is_connected=is_connected)


def _unlinked(law: IdentityLaw, *, is_connected: bool) -> PublishingRight:
    if law.link_from is None:
        return PublishingRight(why=PublishingReason.NO_RULE)
    if is_connected:
        return PublishingRight(why=PublishingReason.MUST_LINK)
    return PublishingRight(
        why=PublishingReason.COMMUNE_ALLOWS if law.allows_unconnected else PublishingReason.NOT_CONNECTED
    )


def refusal_of(right: PublishingRight, law: IdentityLaw) -> str:
    """PublishingReason no goods go up, and what helps: for the seller, a helper and an officer alike."""
    if right.why is PublishingReason.NOT_CONNECTED:
        return (
            "Chưa đăng được: luật cần tài khoản người bán liên kết với VNeID, mà chợ xã chưa kết nối. Gọi "
            "cán bộ xã để hỏi bao giờ có. Đơn đã nhận vẫn giao như thường."
        )
    since = f" (tài khoản mở từ {format_date(law.link_from)})" if law.link_from else ""
    until = f", tài khoản cũ hạn {format_date(law.last_day)}" if law.last_day else ""
    return (
        f"Chưa đăng được: tài khoản người bán chưa liên kết với VNeID{since}{until}. Chủ tài khoản mở Gian "
        "tôi, bấm Xác thực điện tử. Đơn đã nhận vẫn giao như thường."
    )
