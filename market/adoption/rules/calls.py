"""Call-backs: what buyers said when the office asked them about an order, and what that says of other orders."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from market.adoption.rules.facts import BuyerKey, RiskFlag, Sale, buyer_keys


class CallCause(enum.StrEnum):
    """Why a buyer was called."""

    SAMPLE = "mau_ngau_nhien"
    CHECK = "can_kiem_tra"


class CallOutcome(enum.StrEnum):
    CONFIRMED = "dung_la_mua"
    DENIED = "khong_mua"
    NO_ANSWER = "khong_nghe"
    WRONG_NUMBER = "sai_so"


CALL_CAUSE_WORDS = {
    CallCause.SAMPLE: "rút ngẫu nhiên trong tuần",
    CallCause.CHECK: "cán bộ thấy cần hỏi",
}
CALL_OUTCOME_WORDS = {
    CallOutcome.CONFIRMED: "Nghe máy, đúng là đã mua và đã nhận",
    CallOutcome.DENIED: "Nghe máy, nói không mua đơn này",
    CallOutcome.NO_ANSWER: "Không ai nghe máy",
    CallOutcome.WRONG_NUMBER: "Số máy không phải của người mua",
}
SAID_AGAINST = {CallOutcome.DENIED: RiskFlag.DENIED, CallOutcome.WRONG_NUMBER: RiskFlag.WRONG_NUMBER}
SAID_ON_THE_PHONE = frozenset({*SAID_AGAINST.values(), RiskFlag.UNANSWERED})
_Reach = BuyerKey | tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call about an order of a business: to whom, why, with what outcome."""

    order_id: int
    business_id: int
    phone: str
    device: str | None
    buyer_id: int | None
    outcome: CallOutcome
    on: date
    cause: CallCause = CallCause.CHECK

    @property
    def keys(self) -> frozenset[BuyerKey]:
        return buyer_keys(self.phone, self.device, self.buyer_id)

    @property
    def reach(self) -> Iterator[_Reach]:
        """What an answer that speaks against the order also speaks of: the same buyer, wherever they bought, and the
        same phone at this seller, whatever device it was typed on."""
        yield from self.keys
        yield self.business_id, self.phone


class CallBook:
    """All calls of a commune; of several about one order the newest that was answered holds."""

    def __init__(self, calls: Iterable[CallRecord], *, tries: int) -> None:
        answered: dict[int, CallRecord] = {}
        missed: dict[_Reach, set[date]] = defaultdict(set)
        for call in sorted(calls, key=lambda one: one.on):
            if call.outcome is CallOutcome.NO_ANSWER:
                for reach in call.reach:
                    missed[reach].add(call.on)
            else:
                answered[call.order_id] = call
        self._confirmed_orders: dict[int, date] = {}
        self._confirmed: dict[BuyerKey, list[date]] = defaultdict(list)
        self._checked: set[BuyerKey | int] = set()
        self._against: dict[_Reach, set[RiskFlag]] = defaultdict(set)
        for call in answered.values():
            self._enter(call)
        self._unanswered = {reach for reach, days in missed.items() if len(days) >= tries}

    def _enter(self, call: CallRecord) -> None:
        if call.outcome is CallOutcome.CONFIRMED:
            self._confirmed_orders[call.order_id] = call.on
            for key in call.keys:
                self._confirmed[key].append(call.on)
            if call.cause is CallCause.CHECK:
                self._checked |= {call.order_id, *call.keys}
            return
        for reach in call.reach:
            self._against[reach].add(SAID_AGAINST[call.outcome])

    def is_confirmed(self, sale: Sale) -> bool:
        """Whether the office was told that the sale was made."""
        return sale.order_id in self._confirmed_orders

    def confirmed_on(self, sale: Sale) -> list[date]:
        """The days on which the buyer of a sale answered, about this order or another."""
        own = self._confirmed_orders.get(sale.order_id)
        days = [day for key in sale.buyer_keys for day in self._confirmed.get(key, ())]
        return [own, *days] if own else days

    def is_checked(self, sale: Sale) -> bool:
        """Whether the buyer confirmed this or another order to an officer who called because of it, knowing what was
        on record, and not because the order was drawn."""
        return not self._checked.isdisjoint((sale.order_id, *sale.buyer_keys))

    def flags(self, sale: Sale) -> set[RiskFlag]:
        """What was said against the sale; of a phone that nobody answers, until somebody does."""
        reach: list[_Reach] = [*sale.buyer_keys, (sale.business_id, sale.phone)]
        found = {flag for one in reach for flag in self._against.get(one, ())}
        if any(one in self._unanswered for one in reach) and not self.confirmed_on(sale):
            found.add(RiskFlag.UNANSWERED)
        return found - {*SAID_AGAINST.values()} if self.is_confirmed(sale) else found
