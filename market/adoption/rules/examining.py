"""Looks at the sales of a window, knowing all that is on record: what is flagged of each, and what speaks for it.

The job keeps what is found here as dated rows; pages and figures read the rows and look at nothing by themselves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain

from market.adoption.rules.calls import CallBook
from market.adoption.rules.circles import circles
from market.adoption.rules.counting import register_on
from market.adoption.rules.facts import Ledger, RiskFlag, Sale, Vouch
from market.adoption.rules.findings import NOWHERE, Pointer, SaleFinding
from market.adoption.rules.risk_flags import RiskLimits
from market.adoption.rules.trail import Acquaintances, Trail
from market.adoption.rules.vouching import Vouching
from market.values.period import Period

PAIRS = 1 << 14
"""Of so many pairs of businesses it is kept whether they are related: all pairs of a city would fill its memory."""
RUN_LENGTH = 3
RUN_DAYS = timedelta(days=3)
DevicePhone = tuple[str, str]
"""On which device which phone was given."""
EMPTY: frozenset[DevicePhone] = frozenset()


def examine(
    ledger: Ledger, trail: Trail, window: Period, *, others: Set[DevicePhone] = EMPTY
) -> dict[int, SaleFinding]:
    """What is to be said of every sale of the window that others than the seller tell of, by order.

    The ledger must reach back a year further: histories do. Limits and the register are those of the window's last day.
    Of sales that nobody but the seller tells of only the device and the phone matter: such may be left out of the
    ledger and stand in `others`.
    """
    examination = _Examination(ledger, trail, window, others)
    return {
        sale.order_id: examination.finding(sale)
        for sale in ledger.sales
        if sale.is_told_by_others and sale.completed_on in window
    }


class _Examination:
    def __init__(self, ledger: Ledger, trail: Trail, window: Period, others: Set[DevicePhone]) -> None:
        self._limits = RiskLimits.on(ledger, window.end)
        self._hamlets = {key: line.hamlet_id for key, line in register_on(ledger.lines, window.end).items()}
        self._who = Acquaintances(ledger, trail)
        self._calls = CallBook(trail.calls, tries=self._limits.call_tries)
        sales = [sale for sale in ledger.sales if not self._who.is_self_bought(sale)]
        told = [sale for sale in sales if sale.is_told_by_others]
        self._circles = circles(self._edges(sale for sale in told if sale.completed_on in window))
        self._runs = set(_small_runs(told, below=self._limits.lowest_order * 3 // 2))
        self._crowded = _crowded_devices(ledger.sales, others, most=self._limits.device_phones)
        self._flags = {sale.order_id: found for sale in told if (found := self._find(sale))}
        clean = [sale for sale in told if sale.order_id not in self._flags and sale.order_id not in self._runs]
        clean = [sale for sale in clean if sale.device not in self._crowded or self._calls.is_confirmed(sale)]
        seen = {sale.order_id for sale in told if self._who.is_seen(sale)}
        self._vouching = Vouching(clean, self._calls, lru_cache(PAIRS)(self._are_related), seen)

    def finding(self, sale: Sale) -> SaleFinding:
        vouch = self._vouching.vouch(sale)
        flags = self._flags.get(sale.order_id, {}) | dict.fromkeys(self._unless_vouched(sale, vouch), NOWHERE)
        return SaleFinding(vouch=vouch, flags=flags) if flags else _unflagged(vouch)

    def _edges(self, sales: Iterable[Sale]) -> Iterator[tuple[int, int]]:
        """Who buys from whom."""
        for sale in sales:
            for own in self._who.buyer_businesses(sale):
                yield own, sale.business_id

    def _are_related(self, first: int, second: int) -> bool:
        circle = self._circles.get(first)
        return self._who.are_related(first, second) or (circle is not None and circle == self._circles.get(second))

    def _unless_vouched(self, sale: Sale, vouch: Vouch | None) -> Iterator[RiskFlag]:
        """What is flagged as long as nothing speaks for the buyer."""
        is_answered = self._calls.is_confirmed(sale)
        if sale.order_id in self._runs and not is_answered:
            yield RiskFlag.SMALL_RUN
        if sale.device in self._crowded and not is_answered:
            yield RiskFlag.MANY_PHONES
        if vouch is Vouch.CALL and self._vouching.is_only_called(sale):
            yield RiskFlag.ONLY_CALLED
        if vouch is None and sale.payer is None and (sale.bank_confirmed > 0 or sale.carded > 0):
            yield RiskFlag.UNKNOWN_PAYER

    def _find(self, sale: Sale) -> dict[RiskFlag, Pointer]:
        """What is flagged whatever speaks for the buyer."""
        found = dict.fromkeys(self._calls.flags(sale), NOWHERE)
        seller = self._who.party(sale.business_id)
        if sale.phone in seller.phones:
            found[RiskFlag.SHARED_PHONE] = NOWHERE
        if sale.device in seller.devices:
            found[RiskFlag.SHARED_DEVICE] = NOWHERE
        if sale.proven < self._limits.lowest_order:
            found[RiskFlag.SMALL_ORDER] = NOWHERE
        if sale.is_contested:
            found[RiskFlag.TAKEN_BACK] = NOWHERE
        return found | dict(self._by_business(sale)) | dict(self._by_person(sale))

    def _by_business(self, sale: Sale) -> Iterator[tuple[RiskFlag, Pointer]]:
        accounts = self._who.party(sale.business_id).bank_accounts
        for own in sorted(self._who.buyer_businesses(sale)):
            if accounts & self._who.party(own).bank_accounts:
                yield RiskFlag.SHARED_ACCOUNT, Pointer(business_id=own)
            if own in self._circles and self._circles[own] == self._circles.get(sale.business_id):
                yield RiskFlag.BUYING_CIRCLE, Pointer(business_id=own)
        if sale.payer and self._who.is_related_payer(sale.payer, sale.business_id):
            yield RiskFlag.RELATED_PAYER, NOWHERE

    def _by_person(self, sale: Sale) -> Iterator[tuple[RiskFlag, Pointer]]:
        hamlet_id = self._hamlets.get(sale.business_id)
        if hamlet_id is not None:
            for person_id in self._who.serving(sale, hamlet_id):
                yield RiskFlag.COMMUNE_STAFF, Pointer(person_id=person_id)
        if sale.device is not None and sale.device in self._who.staff_devices:
            yield RiskFlag.STAFF_DEVICE, Pointer(person_id=self._who.staff_devices[sale.device])


def _small_runs(sales: Iterable[Sale], *, below: int) -> Iterator[int]:
    """The orders of runs: of one seller several of barely more than nothing, within a few days."""
    of_seller: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for sale in sales:
        if sale.proven < below:
            of_seller[sale.business_id].append((sale.completed_on, sale.order_id))
    for small in of_seller.values():
        small.sort()
        for first in range(len(small) - RUN_LENGTH + 1):
            run = small[first : first + RUN_LENGTH]
            if run[-1][0] - run[0][0] <= RUN_DAYS:
                yield from (order_id for _, order_id in run)


@lru_cache(maxsize=16)
def _unflagged(vouch: Vouch | None) -> SaleFinding:
    """What is found of most sales, once for all of them."""
    return SaleFinding(vouch=vouch, flags={})


def _crowded_devices(sales: Iterable[Sale], others: Iterable[DevicePhone], *, most: int) -> set[str | None]:
    """The devices on which more phones than a family has were given."""
    phones: dict[str, set[str]] = defaultdict(set)
    for device, phone in chain(((sale.device, sale.phone) for sale in sales), others):
        if device is not None:
            phones[device].add(phone)
    return {device for device, given in phones.items() if len(given) > most}
