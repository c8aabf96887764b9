"""What may be done only so often: placing an order, trying its buyer's last digits or the code that hands it over."""

from datetime import timedelta

from market.base.attempts import Brake, Limit
from market.orders.rules import MOST_UNLOCKS, MOST_UNLOCKS_A_DAY, MOST_WRONG_CODES, UNLOCK_WITHIN

UNLOCK_ORDER = Brake(
    kind="order-unlock",
    limits=(
        Limit(most=MOST_UNLOCKS, within=UNLOCK_WITHIN),
        Limit(most=MOST_UNLOCKS_A_DAY, within=timedelta(days=1)),
    ),
    device=(Limit(most=10, within=UNLOCK_WITHIN), Limit(most=40, within=timedelta(days=1))),
    network=(Limit(most=60, within=UNLOCK_WITHIN), Limit(most=300, within=timedelta(days=1))),
    sentence="Đơn này, máy này hoặc mạng này vừa thử sai nhiều lần. Mời chờ {wait}, hoặc mở trên máy đã đặt đơn.",
)
"""By purchase, wherever it is tried from, and by a code that there is none of: four digits are soon guessed. A
household opens a few, a browser that goes through codes opens many; a whole hamlet may sit behind one network."""

HAND_OVER_CODE = Brake(
    kind="hand-over-code",
    limits=(Limit(most=MOST_WRONG_CODES, within=timedelta(days=30)),),
    sentence="Mã nhận hàng đã nhập sai nhiều lần. Mời giao không có mã.",
)
"""By order, for longer than any waits to be handed over."""

_TOO_MANY_ORDERS = (
    "Máy này hoặc mạng này vừa đặt nhiều đơn liền nhau, nên lần này chưa đặt. Giỏ hàng và những gì đã điền vẫn còn. "
    "Mời chờ {wait} rồi bấm lại."
)

COMPLAIN = Brake(
    kind="complain",
    limits=(Limit(most=6, within=timedelta(days=1)),),
    device=(Limit(most=12, within=timedelta(days=1)),),
    network=(Limit(most=200, within=timedelta(days=1)),),
    sentence="Máy này gửi ảnh nhiều lần liền. Lời bạn viết còn ở dưới, mời chờ {wait} rồi gửi lại.",
)
"""By order: each try has pictures to be read and kept."""

PLACE_ORDER = Brake(
    kind="place-order",
    sentence=_TOO_MANY_ORDERS,
    device=(Limit(most=6, within=timedelta(minutes=10)), Limit(most=40, within=timedelta(days=1))),
    network=(Limit(most=60, within=timedelta(minutes=10)), Limit(most=300, within=timedelta(days=1))),
)
"""By who orders; a purchase from several stalls is one, and one that is refused is none. A network is a village's, or a
carrier's: fifty who press at once for the last of something are looked at, each of them. What one of them may hold
without paying is bounded apart, by what is held."""

PLACE_ORDER_ON_KNOWN_DEVICE = Brake(
    kind="place-order-known-device",
    sentence=_TOO_MANY_ORDERS,
    limits=(Limit(most=3, within=timedelta(minutes=10)), Limit(most=10, within=timedelta(days=1))),
)
"""By device, where it has a history here and its network is full of others."""
