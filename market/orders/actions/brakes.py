"""What may be tried only so often at an order: its buyer's last digits, the code with which it is handed over."""

from datetime import timedelta

from market.base.attempts import Brake, Limit
from market.orders.rules import MOST_UNLOCKS, MOST_UNLOCKS_A_DAY, MOST_WRONG_CODES, UNLOCK_WITHIN

TOO_MANY_UNLOCKS = "Máy hoặc mạng này vừa thử sai nhiều đơn. Mời chờ 15 phút, hoặc mở trên máy đã đặt đơn."

UNLOCK_ORDER = Brake(
    kind="order-unlock",
    limits=(
        Limit(most=MOST_UNLOCKS, within=UNLOCK_WITHIN),
        Limit(most=MOST_UNLOCKS_A_DAY, within=timedelta(days=1)),
    ),
    sentence="Đơn này vừa bị thử sai nhiều lần. Mời chờ 15 phút, hoặc gọi người bán.",
)
"""By purchase, wherever it is tried from, and by a code that there is none of: four digits are soon guessed."""

UNLOCK_BY_DEVICE = Brake(
    kind="order-unlock-device",
    limits=(Limit(most=10, within=UNLOCK_WITHIN), Limit(most=40, within=timedelta(days=1))),
    sentence=TOO_MANY_UNLOCKS,
)
"""By browser, whatever the order: a household opens a few, one that goes through codes opens many."""

UNLOCK_BY_NETWORK = Brake(
    kind="order-unlock-network",
    limits=(Limit(most=60, within=UNLOCK_WITHIN), Limit(most=300, within=timedelta(days=1))),
    sentence=TOO_MANY_UNLOCKS,
)
"""By internet address, whatever the browser: generous, for a whole hamlet may sit behind its carrier's."""

HAND_OVER_CODE = Brake(
    kind="hand-over-code",
    limits=(Limit(most=MOST_WRONG_CODES, within=timedelta(days=30)),),
    sentence="Mã nhận hàng đã nhập sai nhiều lần. Mời giao không có mã.",
)
"""By order, for longer than any waits to be handed over."""
