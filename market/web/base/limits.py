"""Whether what counts the failed calls of other machines by address answers. What people try is counted in the database
(`base/attempts.py`), whatever answers here."""

from market.base.config import Settings
from market.base.doctor import Checks, Finding, failed, ok
from market.web.base.web import limiter


def checks(settings: Settings) -> Checks:
    return [("limits", lambda: _limits(settings))]


def _limits(settings: Settings) -> Finding:
    if settings.redis_url and not limiter.storage.check():
        fix = "Xem máy chủ Redis có chạy không, và CHOSO_REDIS_URL có đúng không. Trong lúc đó mỗi tiến trình tự đếm."
        return failed("limits", "Không gọi được Redis, nơi đếm lời gọi hỏng của máy khác.", fix)
    return ok(
        "limits",
        "Redis trả lời."
        if settings.redis_url
        else "Số lần người dùng thử: mọi tiến trình đếm chung. Lời gọi hỏng của máy khác: mỗi tiến trình tự đếm.",
    )
