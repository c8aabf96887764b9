"""Reads the plan of the year's orders from its tables."""

from collections.abc import Sequence
from dataclasses import replace

from market.seeding.files import Row, Seeds
from market.seeding.rules import Fate, PlannedOrder, SoldGoods, StallPlan, plan_orders

YEAR_DAYS = 366
OPEN_MINUTE = 7 * 60


def planned_orders(seeds: Seeds) -> list[PlannedOrder]:
    """The planned orders and the special ones that the table names, oldest first."""
    goods = [_goods(row) for row in seeds.table("products") if row.text("state") == "da_duyet"]
    stalls = [_stall(row) for row in seeds.table("order_plan")]
    buyers = [row.text("key") for row in seeds.table("buyers")]
    months = {offset: seeds.day(offset).month for offset in range(-YEAR_DAYS, 1)}
    planned = plan_orders(stalls, goods, buyers, months)
    carts = len(planned)
    special = [_special(row, carts + number) for number, row in enumerate(seeds.table("special_orders"))]
    return sorted([*planned, *special], key=lambda order: (order.offset, order.minute, order.cart))


def sold_amounts(orders: Sequence[PlannedOrder]) -> dict[str, int]:
    """What completed orders took of each product, in thousandths of its unit."""
    sold: dict[str, int] = {}
    for order in orders:
        if order.fate.is_completed:
            sold[order.product] = sold.get(order.product, 0) + order.amount
    return sold


def _goods(row: Row) -> SoldGoods:
    first, last = row.maybe_whole("season_from"), row.maybe_whole("season_to")
    return SoldGoods(
        key=row.text("key"),
        business=row.text("business"),
        unit=row.text("unit"),
        price=row.whole("price"),
        season=(first, last) if first and last else None,
    )


def _stall(row: Row) -> StallPlan:
    return StallPlan(
        business=row.text("business"),
        orders=row.whole("orders"),
        first_offset=row.whole("first_offset"),
        weights=(row.whole("bank"), row.whole("confirmed"), row.whole("declared")),
    )


def _special(row: Row, cart: int) -> PlannedOrder:
    order = PlannedOrder(
        business=row.text("business"),
        product=row.text("product"),
        amount=round(float(row.text("amount")) * 1000),
        offset=row.whole("offset"),
        minute=OPEN_MINUTE,
        fate=Fate(row.text("fate")),
        buyer=row.text("buyer"),
    )
    return replace(order, cart=cart)
