"""Plans the year of orders before the day of loading: the same for the same seed, whatever the day."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from market.values.codes import ALPHABET, check_character
from market.values.quantity import UNITS

RANDOM_SEED = 20261124
NOT_COMPLETED = 0.17
SHARED_CART = 0.2
SHARED_WITHIN_DAYS = 3
YESTERDAY = -2


class Fate(enum.StrEnum):
    """How a planned order ends, or where it stands on the day of loading."""

    BANK = "bank"
    CONFIRMED = "confirmed"
    DECLARED = "declared"
    DECLINED = "tu_choi"
    CANCELLED = "da_huy"
    EXPIRED = "qua_han"
    PLACED = "cho_nhan"
    ACCEPTED = "da_nhan"
    READY = "san_sang"

    @property
    def is_completed(self) -> bool:
        return self in (Fate.BANK, Fate.CONFIRMED, Fate.DECLARED)

    @property
    def is_open(self) -> bool:
        return self in (Fate.PLACED, Fate.ACCEPTED, Fate.READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldGoods:
    """A product that may be ordered: its season in months, both ends included, may run over the year's end."""

    key: str
    business: str
    unit: str
    price: int
    season: tuple[int, int] | None

    def is_in_season(self, month: int) -> bool:
        if self.season is None:
            return True
        first, last = self.season
        return first <= month <= last if first <= last else month >= first or month <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class StallPlan:
    """How many orders a stall has had since its first one, and the weights of bank, confirmed, declared."""

    business: str
    orders: int
    first_offset: int
    weights: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOrder:
    """An order by keys: `amount` in thousandths of the unit, `offset` in days, `minute` of the day. `cart` names the
    purchase: orders of one cart were placed together."""

    business: str
    product: str
    amount: int
    offset: int
    minute: int
    fate: Fate
    buyer: str
    cart: int = 0


AMOUNTS = {
    "kg": (500, 1000, 1000, 2000, 3000),
    "cu": (3000, 5000, 10_000),
    "mo": (2000, 3000, 4000),
    "bap": (1000, 2000, 3000),
    "qua": (1000, 2000),
}
FEW = (1000, 1000, 1000, 2000)
DEAR = 900_000


def plan_orders(
    stalls: Sequence[StallPlan], goods: Sequence[SoldGoods], buyers: Sequence[str], months: Mapping[int, int]
) -> list[PlannedOrder]:
    """The orders of all stalls, oldest first, some of them in one cart. `months`: the month of each day's offset."""
    chance = Random(RANDOM_SEED)  # noqa: S311 - a plan that must come out the same
    planned = [
        _plan_one(chance, stall, [one for one in goods if one.business == stall.business], buyers, months, number)
        for stall in stalls
        for number in range(stall.orders)
    ]
    planned.sort(key=lambda order: (order.offset, order.minute))
    return share_carts(chance, planned)


def _plan_one(
    chance: Random,
    stall: StallPlan,
    goods: Sequence[SoldGoods],
    buyers: Sequence[str],
    months: Mapping[int, int],
    number: int,
) -> PlannedOrder:
    is_first = number == 0
    span = YESTERDAY - stall.first_offset
    offset = stall.first_offset if is_first else stall.first_offset + round(span * chance.random() ** 0.75)
    in_season = [one for one in goods if one.is_in_season(months[offset])] or list(goods)
    product = chance.choice(in_season)
    return PlannedOrder(
        business=stall.business,
        product=product.key,
        amount=_amount(chance, product),
        offset=offset,
        minute=chance.randint(6 * 60, 19 * 60),
        fate=_best(stall) if is_first else _fate(chance, stall),
        buyer=chance.choice(buyers),
    )


def _amount(chance: Random, product: SoldGoods) -> int:
    if product.price >= DEAR:
        return 1000
    amount = chance.choice(AMOUNTS.get(product.unit, FEW))
    return max(amount, UNITS[product.unit].step)


def _best(stall: StallPlan) -> Fate:
    bank, confirmed, _ = stall.weights
    return Fate.BANK if bank else Fate.CONFIRMED if confirmed else Fate.DECLARED


def _fate(chance: Random, stall: StallPlan) -> Fate:
    if chance.random() < NOT_COMPLETED:
        return chance.choice((Fate.DECLINED, Fate.CANCELLED, Fate.EXPIRED))
    return chance.choices((Fate.BANK, Fate.CONFIRMED, Fate.DECLARED), stall.weights)[0]


def share_carts(chance: Random, planned: Sequence[PlannedOrder]) -> list[PlannedOrder]:
    """Number the carts; now and then an order joins the one before it, where that is another stall's."""
    shared: list[PlannedOrder] = []
    for cart, order in enumerate(planned):
        before = shared[-1] if shared else None
        if before and _may_share(before, order) and chance.random() < SHARED_CART:
            together = replace(order, offset=before.offset, minute=before.minute, buyer=before.buyer, cart=before.cart)
            shared.append(together)
        else:
            shared.append(replace(order, cart=cart))
    return shared


def _may_share(before: PlannedOrder, order: PlannedOrder) -> bool:
    is_close = order.offset - before.offset <= SHARED_WITHIN_DAYS
    return is_close and before.business != order.business and order.fate.is_completed


def code_of(prefix: str, number: int) -> str:
    """The code of the `number`-th order or purchase: as random to look at as any other, and always the same."""
    chance = Random(f"{RANDOM_SEED}-{prefix}-{number}")  # noqa: S311 - a plan that must come out the same
    body = "".join(chance.choices(ALPHABET, k=6))
    return f"{prefix}{body}{check_character(body)}"
