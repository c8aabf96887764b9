"""Whether what counts tries by address answers. Tries that name a person or an order are counted in the database
(`base/attempts.py`), whatever answers here."""

from market.base.config import Settings
from market.base.doctor import Checks, Finding, failed, ok
from market.web.base.web import limiter


def checks(settings: Settings) -> Checks:
    return [("limits", lambda: _limits(settings))]


def _limits(settings: Settings) -> Finding:
    if settings.redis_url and not limiter.storage.check():
        fix = "Xem máy chủ Redis có chạy không, và CHOSO_REDIS_URL có đúng không. Trong lúc đó mỗi tiến trình tự đếm."
        return failed("limits", "Không gọi được Redis, nơi đếm số lần thử theo địa chỉ mạng.", fix)
    return ok(
        "limits",
        "Redis trả lời."
        if settings.redis_url
        else "Mỗi tiến trình tự đếm số lần thử theo địa chỉ mạng; số lần thử vào một tài khoản hay đơn thì đếm chung.",
    )
