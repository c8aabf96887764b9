"""Whether what banks and card gateways tell is let in, read, and put to an order."""

from datetime import timedelta

from market.base import clock
from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.payments.actions.brakes import count_unsigned
from market.payments.card.gateway import PROVIDER as CARD_GATEWAY
from market.payments.queries import calls_unread, count_unmatched, credits_unread, live_hooks

READ_WITHIN = timedelta(minutes=15)
LOOK_BACK = timedelta(days=1)
KEPT_UNREAD = timedelta(days=7)
"""A call that nobody can read is told for so long: what a seller tried out once is no fault for ever."""
WAITS_LONG = timedelta(days=7)
MOST_UNSIGNED = 5
"""Calls a day to one address whose signature does not hold: more than a mistake."""


def checks(_settings: Settings) -> Checks:
    return [("credits", _credits), ("signatures", _signatures)]


def _credits() -> Finding:
    now = clock.now()
    if unread := len(credits_unread(reading(), before=now - READ_WITHIN)):
        fix = "Xem tiến trình việc nền có chạy không (systemctl status choso-work), và nhật ký của nó."
        return failed("credits", f"{unread} khoản tiền báo về đã lâu mà chưa được đối chiếu.", fix)
    kept = now - KEPT_UNREAD, now - READ_WITHIN
    if refused := calls_unread(reading(), since=now - LOOK_BACK, kept=kept):
        fix = (
            "Nơi báo có đã đổi cách viết tin, hoặc việc nền không chạy. Tin được giữ nguyên, cách đọc sửa xong là tự "
            "đọc lại: báo người phát triển. Tiền không mất."
        )
        return failed("credits", f"{refused} tin báo có đúng chữ ký mà chưa đọc được.", fix)
    waiting = count_unmatched(reading(), before=now - WAITS_LONG)
    told = f" {waiting} khoản chờ người bán xem đã quá 7 ngày." if waiting else ""
    return ok("credits", f"Tin báo có nào cũng đã được đọc.{told}")


def _signatures() -> Finding:
    unsigned = {place: count_unsigned(*place) for place in live_hooks(reading(), card_gateway=CARD_GATEWAY)}
    wrong = {place: count for place, count in unsigned.items() if count >= MOST_UNSIGNED}
    if not wrong:
        return ok("signatures", "Không có nơi nào gọi sai chữ ký nhiều lần trong ngày qua.")
    fix = "Người bán của nối này mở trang Tiền, xem lại khóa đã nhập có đúng với nơi báo có không, rồi nhập lại."
    named = ", ".join(f"{provider} (…{key[-4:]})" for provider, key in wrong)
    return failed("signatures", f"{sum(wrong.values())} lần gọi sai chữ ký trong ngày qua: {named}.", fix)
