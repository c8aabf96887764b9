"""Whether the deposits that a buyer was shown are those that their orders ask for."""

from collections.abc import Sequence

from market.orders.actions.checking import NOTHING_PLACED, PriceChanged
from market.orders.actions.inputs import PlacePurchase, WantedOrder
from market.orders.queries.offers import StallOffer
from market.orders.queries.standing import ForBuyer
from market.orders.rules.deposits import Deposit
from market.values.money import Dong, format_dong
from market.values.quantity import line_total


def deposits_as_shown(new: PlacePurchase, there: ForBuyer) -> Sequence[Deposit | None]:
    """What each order asks for before its goods are kept, once it is known to be what was shown. PriceChanged where it
    is not."""
    stalls = {offer.stall.stall_id: offer.stall for offer in there.offers.values()}
    return [_as_shown(order, stalls[order.stall_id], there) for order in new.orders]


def _as_shown(order: WantedOrder, stall: StallOffer, there: ForBuyer) -> Deposit | None:
    total = Dong(sum(line_total(line.price, line.amount) for line in order.lines) + order.delivery_fee)
    bought = there.standings[order.stall_id].bought_here
    deposit = stall.deposit_asked.of(total, order.pay_choice, bought_here=bought, kept_percent=there.kept_percent)
    if deposit != order.deposit:
        raise PriceChanged("deposit_changed", f"{stall.stall_name} {_asks(deposit)}. {NOTHING_PLACED}")
    return deposit


def _asks(deposit: Deposit | None) -> str:
    if deposit is None:
        return "vừa thôi xin đặt cọc, mời xem lại rồi đặt"
    kept = f"khách không đến lấy thì người bán giữ {format_dong(deposit.kept)}"
    return f"xin đặt cọc {format_dong(deposit.amount)} cho đơn này, {kept}"
