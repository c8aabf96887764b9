"""What a market may do in each of its legal modes: the one place that says so.

A platform where others take orders must first be registered (luật 122/2025/QH15, điều 14.2); one that can control,
reconcile or confirm payment may be one "with payment function", whatever the technical form (nghị định 252/2026/NĐ-CP,
điều 3.5).
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from market.base.errors import Refused


class CommuneMode(enum.StrEnum):
    """What the market does in a commune, from the most to the least: orders on which bank notices are put, and about
    which providers are asked; orders of which their seller alone says that they were paid; goods and contacts."""

    ORDERING_MATCHED = "ordering_matched"
    ORDERING = "ordering"
    SHOWCASE = "showcase"

    @property
    def takes_orders(self) -> bool:
        return allows(self, Feature.ORDERS)

    def is_narrower_than(self, other: "CommuneMode") -> bool:
        return ALLOWED[self] < ALLOWED[other]


class Feature(enum.Enum):
    """What a mode allows or not. Whatever sets, matches, confirms or announces money on anybody's word but the seller's
    stands under one of these. The QR of an order stands with the order: it asks, and confirms nothing."""

    ORDERS = enum.auto()
    BANK_MATCHING = enum.auto()
    CARD = enum.auto()
    STATEMENTS = enum.auto()
    LOUDSPEAKER = enum.auto()


ALLOWED: Mapping[CommuneMode, frozenset[Feature]] = {
    CommuneMode.SHOWCASE: frozenset(),
    CommuneMode.ORDERING: frozenset({Feature.ORDERS}),
    CommuneMode.ORDERING_MATCHED: frozenset(Feature),
}
REFUSALS: Mapping[Feature, str] = {
    Feature.ORDERS: "Chợ này chỉ giới thiệu hàng. Mời gọi người bán để mua.",
    Feature.BANK_MATCHING: (
        "Chợ xã đang ở chế độ người bán tự xem tiền, nên không nhận và không khớp báo có của ngân hàng. Chưa đổi gì "
        "cả. Thấy tiền trong app ngân hàng, mời bấm “Đã nhận tiền” ở đơn."
    ),
    Feature.CARD: (
        "Chợ xã đang ở chế độ người bán tự xem tiền, nên lúc này không nhận thẻ. Chưa đổi gì cả, mời trả cách khác."
    ),
    Feature.STATEMENTS: (
        "Chợ xã đang ở chế độ người bán tự xem tiền, nên không nhập sao kê ngân hàng. Chưa đổi gì cả. Thấy tiền trong "
        "app ngân hàng, mời bấm “Đã nhận tiền” ở đơn."
    ),
    Feature.LOUDSPEAKER: "Chợ xã đang ở chế độ người bán tự xem tiền, nên loa báo tiền tắt. Mời xem app ngân hàng.",
}


def allows(mode: CommuneMode, feature: Feature) -> bool:
    return feature in ALLOWED[mode]


def modes_with(feature: Feature) -> list[CommuneMode]:
    """The modes that allow it, for a statement that asks for the communes in them."""
    return [mode for mode in CommuneMode if allows(mode, feature)]


def refuse_unless(mode: CommuneMode, feature: Feature) -> None:
    """Refused where a mode does not allow it, with what to do instead."""
    if allows(mode, feature):
        return
    if feature is Feature.ORDERS:
        raise Refused("showcase_only", REFUSALS[feature])
    raise Refused("mode_off", REFUSALS[feature])


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Who runs the platform by law, and under which number and since which day it is registered. `is_made_up`: of the
    demonstration alone."""

    operator: str
    number: str
    day: date
    is_made_up: bool = False
