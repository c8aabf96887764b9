"""What may be tried only so often at an order: its buyer's last digits, the code with which it is handed over."""

from datetime import timedelta

from market.base.attempts import Brake, Limit
from market.orders.rules import MOST_UNLOCKS, MOST_UNLOCKS_A_DAY, MOST_WRONG_CODES, UNLOCK_WITHIN

UNLOCK_ORDER = Brake(
    kind="order-unlock",
    limits=(
        Limit(most=MOST_UNLOCKS, within=UNLOCK_WITHIN),
        Limit(most=MOST_UNLOCKS_A_DAY, within=timedelta(days=1)),
    ),
    sentence="Đơn này vừa bị thử sai nhiều lần. Mời chờ 15 phút, hoặc gọi người bán.",
)
"""By order, wherever it is tried from: four digits are soon guessed."""

HAND_OVER_CODE = Brake(
    kind="hand-over-code",
    limits=(Limit(most=MOST_WRONG_CODES, within=timedelta(days=30)),),
    sentence="Mã nhận hàng đã nhập sai nhiều lần. Mời giao không có mã.",
)
"""By order, for longer than any waits to be handed over."""
