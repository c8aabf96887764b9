"""What makes a sale worth an officer's look before it counts: each reason by itself, none of them a verdict."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta

from market.adoption.rules.facts import Ledger, Party, Sale, ServicePost

CUT_OFF_DAY = 14
"""Reporting months end on the 14th (Nghị định 09/2019/NĐ-CP, Điều 12)."""
NOBODY = Party()


class RiskFlag(enum.StrEnum):
    SHARED_PHONE = "chung_so_may"
    SHARED_DEVICE = "chung_thiet_bi"
    SHARED_ACCOUNT = "chung_tai_khoan"
    COMMUNE_STAFF = "nguoi_cua_xa"
    ONE_BUYER = "mot_nguoi_mua"
    CROSS_BUYING = "mua_cheo"
    SMALL_ORDER = "don_nho"
    PERIOD_END = "cuoi_ky"


RISK_FLAG_WORDS = {
    RiskFlag.SHARED_PHONE: "Người mua và người bán dùng chung số máy",
    RiskFlag.SHARED_DEVICE: "Người mua và người bán dùng chung một điện thoại",
    RiskFlag.SHARED_ACCOUNT: "Người mua và người bán nhận tiền vào cùng một tài khoản",
    RiskFlag.COMMUNE_STAFF: "Người mua là cán bộ xã hoặc người hỗ trợ của thôn",
    RiskFlag.ONE_BUYER: "Một người mua là bằng chứng duy nhất của nhiều cơ sở",
    RiskFlag.CROSS_BUYING: "Hai cơ sở mua của nhau",
    RiskFlag.SMALL_ORDER: "Số tiền quá nhỏ",
    RiskFlag.PERIOD_END: "Đơn rơi vào những ngày cuối trước ngày chốt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLimits:
    """The commune's own rules of thumb; a number nobody has set flags nothing."""

    lowest_order: int
    one_buyer_most: int | None
    last_days: int

    @classmethod
    def on(cls, ledger: Ledger, day: date) -> "RiskLimits":
        return cls(
            lowest_order=ledger.number_on("kpi.lowest_order", day) or 0,
            one_buyer_most=ledger.number_on("kpi.one_buyer_most", day),
            last_days=ledger.number_on("kpi.last_days", day) or 0,
        )


class RiskChecks:
    """Looks at sales one by one, knowing everybody who stands behind a business."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._of_person: dict[int | None, set[int]] = defaultdict(set)
        self._of_phone: dict[str, set[int]] = defaultdict(set)
        for business_id, party in ledger.parties.items():
            for person in party.people:
                self._of_person[person].add(business_id)
            for phone in party.phones:
                self._of_phone[phone].add(business_id)
        self._in_service: dict[int | str | None, list[ServicePost]] = defaultdict(list)
        for service in ledger.services:
            self._in_service[service.person_id].append(service)
            if service.phone:
                self._in_service[service.phone].append(service)

    def is_self_bought(self, sale: Sale) -> bool:
        """Whether a member of the business bought from it: no sale at all."""
        return sale.buyer_id in self._party(sale.business_id).people

    def lasting(self, sale: Sale, hamlet_id: int, lowest_order: int) -> Iterator[RiskFlag]:
        """The flags that hold whatever the day and the other sales."""
        seller = self._party(sale.business_id)
        if sale.phone in seller.phones:
            yield RiskFlag.SHARED_PHONE
        if sale.device in seller.devices:
            yield RiskFlag.SHARED_DEVICE
        if any(seller.bank_accounts & self._party(own).bank_accounts for own in self.buyer_businesses(sale)):
            yield RiskFlag.SHARED_ACCOUNT
        if self._is_in_service(sale, hamlet_id):
            yield RiskFlag.COMMUNE_STAFF
        if sale.proven < lowest_order:
            yield RiskFlag.SMALL_ORDER

    def buyer_businesses(self, sale: Sale) -> set[int]:
        """The businesses the buyer stands behind, the seller's aside."""
        by_person, by_phone = self._of_person.get(sale.buyer_id, set()), self._of_phone.get(sale.phone, set())
        return (by_person | by_phone) - {sale.business_id}

    def _party(self, business_id: int) -> Party:
        return self._ledger.parties.get(business_id, NOBODY)

    def _is_in_service(self, sale: Sale, hamlet_id: int) -> bool:
        services = [*self._in_service.get(sale.phone, ()), *self._in_service.get(sale.buyer_id, ())]
        return any(one.covers(sale.business_id, hamlet_id, sale.completed_on) for one in services)


def crossed(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of the pairs (seller, business of the buyer) those whose reverse is there too."""
    return {(seller, buyer) for seller, buyer in pairs if (buyer, seller) in pairs}


def is_in_last_days(sale: Sale, as_of: date, last_days: int) -> bool:
    """Whether a sale falls in the last days before a reporting cut-off; other days have no rush before them."""
    return as_of.day == CUT_OFF_DAY and sale.completed_on > as_of - timedelta(days=last_days)


def proven_by_one_buyer(buyers_of: Iterable[tuple[int, Set[str]]], most: int | None) -> set[int]:
    """The businesses whose every good sale is of one and the same buyer, where that buyer so proves more than `most`.

    `buyers_of`: per business the buyers of its good sales; two of many are enough to tell.
    """
    alone: dict[str, list[int]] = defaultdict(list)
    for business_id, buyers in buyers_of:
        if len(buyers) == 1:
            alone[next(iter(buyers))].append(business_id)
    many = [businesses for businesses in alone.values() if most is not None and len(businesses) > most]
    return {business_id for businesses in many for business_id in businesses}
