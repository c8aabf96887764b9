"""For which orders of a check-out goods are held at once, and how many a buyer may have that hold them unpaid."""

from collections import Counter
from collections.abc import Mapping, Sequence

from market.base.errors import Refused
from market.catalog.actions.stock import sold_out
from market.orders.actions.inputs import PlacePurchase, WantedLine, WantedOrder
from market.orders.queries.standing import BuyerStanding, ForBuyer

MOST_HELD, MOST_HELD_HERE = 20, 10
"""How many orders one browser or account may have at once that hold goods without money or ask for it, in the market
and at one stall: a household's largest cart is a dozen stalls, and who forgets something orders there again."""
MOST_HELD_BY_PHONE, MOST_HELD_BY_PHONE_HERE = 20, 10
"""The same by the phone that is typed, which may be anybody's: asked of those alone who never bought here."""
MOST_HELD_NEARBY, MOST_HELD_NEARBY_HERE = 100, 30
"""The same by internet address, asked of those alone who never bought here: hundreds of phones sit behind one
carrier's, and all of a hamlet's newcomers may."""


def orders_held(new: PlacePurchase, there: ForBuyer) -> list[bool]:
    """Of each order, whether its goods are held at once; otherwise its stall looks at it first.

    Refused where the buyer would have too many without money that hold counted goods or wait to, SoldOut where what
    would not be held cannot be had either.
    """
    amounts = Counter[int]()
    for line in new.lines:
        amounts[line.variant_id] += line.amount
    held = [_is_held(order, amounts, there) for order in new.orders]
    asked = list(zip(new.orders, held, strict=True))
    _check_bounds([order for order, is_held in asked if not is_held or _is_counted(order, there)], there)
    for order, is_held in asked:
        if not is_held:
            _check_stock(order.lines, amounts, there)
    return held


def _is_held(order: WantedOrder, amounts: Mapping[int, int], there: ForBuyer) -> bool:
    """By all that is wanted of each variant, in whichever lines and orders it stands."""
    wanted = {line.variant_id: there.offers[line.variant_id] for line in order.lines}
    return is_held_at_once(
        confirms_strangers=any(offer.stall.confirms_strangers for offer in wanted.values()),
        standing=there.standings[order.stall_id],
        is_too_much=any(there.shares[one].is_too_much(amounts[one], offer.price) for one, offer in wanted.items()),
    )


def _is_counted(order: WantedOrder, there: ForBuyer) -> bool:
    return any(there.shares[line.variant_id].on_hand is not None for line in order.lines)


def _check_bounds(holding: Sequence[WantedOrder], there: ForBuyer) -> None:
    for stall_id, count in Counter(order.stall_id for order in holding).items():
        why_not = why_not_hold(there.standings[stall_id], here=count, everywhere=len(holding))
        if why_not:
            raise Refused("too_many_held", why_not)


def _check_stock(lines: Sequence[WantedLine], amounts: Mapping[int, int], there: ForBuyer) -> None:
    for line in lines:
        offer = there.offers[line.variant_id]
        if offer.available is not None and offer.available < amounts[line.variant_id]:
            raise sold_out(offer.name, max(0, offer.available), offer.unit_code)


def why_not_hold(standing: BuyerStanding, *, here: int, everywhere: int) -> str | None:
    """Why a buyer may not have so many more orders hold goods without money (at one stall, in the market), in a
    sentence; None where they may."""
    bounds = [
        (standing.here.own + here, MOST_HELD_HERE, _HELD_HERE),
        (standing.everywhere.own + everywhere, MOST_HELD, _HELD),
    ]
    if not standing.bought:
        bounds += [
            (standing.here.phone + here, MOST_HELD_BY_PHONE_HERE, _HELD_BY_PHONE),
            (standing.everywhere.phone + everywhere, MOST_HELD_BY_PHONE, _HELD_BY_PHONE),
            (standing.here.network + here, MOST_HELD_NEARBY_HERE, _HELD_NEARBY),
            (standing.everywhere.network + everywhere, MOST_HELD_NEARBY, _HELD_NEARBY),
        ]
    return next((sentence for count, most, sentence in bounds if count > most), None)


_THEN = "Giỏ vẫn giữ nguyên, chưa đặt gì thêm."
_HELD_HERE = (
    f"Bạn đang có {MOST_HELD_HERE} đơn chưa trả tiền ở gian này. {_THEN} "
    "Mời nhận hàng, trả tiền hoặc hủy bớt ở mục Đơn rồi đặt tiếp."
)
_HELD = (
    f"Máy hoặc tài khoản này có nhiều nhất {MOST_HELD} đơn chưa trả tiền một lúc. {_THEN} "
    "Mời nhận hàng, trả tiền hoặc hủy bớt ở mục Đơn rồi đặt tiếp."
)
_HELD_BY_PHONE = (
    f"Số điện thoại này đang có nhiều đơn chưa trả tiền. {_THEN} Mời chờ các đơn trước xong, hoặc gọi người bán."
)
_HELD_NEARBY = (
    f"Mạng bạn đang dùng có nhiều máy mới có đơn chưa trả tiền. {_THEN} "
    "Mời đặt lại sau vài giờ, đổi sang mạng khác, hoặc gọi người bán."
)


def is_held_at_once(*, confirms_strangers: bool, standing: BuyerStanding, is_too_much: bool) -> bool:
    """Whether goods are held as soon as they are ordered; otherwise the stall looks at the order first, and its yes
    holds them. A buyer whom the stall has handed goods before is no stranger to it."""
    if standing.bought_here:
        return True
    return not confirms_strangers and (standing.bought > 0 or not is_too_much)
