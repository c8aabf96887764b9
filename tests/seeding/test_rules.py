"""The plan of a year of orders comes out the same, whatever the day."""

from market.seeding.rules import Fate, SoldGoods, StallPlan, code_of, plan_orders
from market.values.codes import parse_order_code, parse_purchase_code

STALLS = [
    StallPlan(business="rau", orders=60, first_offset=-300, weights=(5, 3, 2)),
    StallPlan(business="ruoi", orders=40, first_offset=-200, weights=(0, 1, 1)),
]
GOODS = [
    SoldGoods(key="su-hao", business="rau", unit="cu", price=5000, season=(10, 3)),
    SoldGoods(key="rau-muong", business="rau", unit="mo", price=8000, season=(4, 9)),
    SoldGoods(key="ruoi", business="ruoi", unit="kg", price=380_000, season=None),
]
MONTHS = {offset: (11 + offset // 30) % 12 + 1 for offset in range(-366, 1)}
BUYERS = [f"b{number}" for number in range(9)]


def test_the_same_plan_comes_out_twice() -> None:
    assert plan_orders(STALLS, GOODS, BUYERS, MONTHS) == plan_orders(STALLS, GOODS, BUYERS, MONTHS)


def test_each_stall_has_its_orders_from_its_first_day_on() -> None:
    planned = plan_orders(STALLS, GOODS, BUYERS, MONTHS)
    for stall in STALLS:
        own = [order for order in planned if order.business == stall.business]
        assert len(own) == stall.orders
        assert min(order.offset for order in own) >= stall.first_offset - 3
        assert max(order.offset for order in own) <= -2


def test_the_first_order_of_a_stall_has_the_best_evidence_it_can_have() -> None:
    planned = plan_orders(STALLS, GOODS, BUYERS, MONTHS)
    first = {order.business: order.fate for order in reversed(planned)}
    assert first == {"rau": Fate.BANK, "ruoi": Fate.CONFIRMED}


def test_goods_are_bought_in_their_season() -> None:
    for order in plan_orders(STALLS, GOODS, BUYERS, MONTHS):
        if order.product == "su-hao":
            assert MONTHS[order.offset] in (10, 11, 12, 1, 2, 3)


def test_orders_of_one_cart_are_of_one_buyer_and_moment_and_several_stalls() -> None:
    carts: dict[int, list[object]] = {}
    for order in plan_orders(STALLS, GOODS, BUYERS, MONTHS):
        carts.setdefault(order.cart, []).append((order.buyer, order.offset, order.minute))
    assert any(len(orders) > 1 for orders in carts.values())
    assert all(len(set(orders)) == 1 for orders in carts.values())


def test_codes_are_valid_and_always_the_same() -> None:
    codes = [code_of("DS", number) for number in range(300)]
    assert len(set(codes)) == 300
    assert all(parse_order_code(code, "DS") == code for code in codes)
    assert parse_purchase_code(code_of("BN", 7)) == code_of("BN", 7)
