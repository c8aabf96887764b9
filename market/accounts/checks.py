"""Whether people of the demonstration, whose password everybody knows, could sign in where it counts."""

from market.accounts.queries import has_demo_people
from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.base.errors import Refused

DEMO_FIX = (
    "Chạy thật phải bắt đầu từ cơ sở dữ liệu không có người mẫu: trỏ CHOSO_DATABASE_URL sang một cơ sở dữ liệu mới, "
    "rồi chạy flask --app wsgi db upgrade."
)


def checks(settings: Settings) -> Checks:
    return [("demo", lambda: _demo(settings))]


def _demo(settings: Settings) -> Finding:
    if _are_where_it_counts(settings):
        return failed("demo", "Có tài khoản mẫu, mật khẩu ai cũng biết.", DEMO_FIX)
    return ok("demo", "Không có tài khoản mẫu ở nơi chạy thật.")


def _are_where_it_counts(settings: Settings) -> bool:
    return settings.is_production and has_demo_people(reading())


def refuse_demo_people(settings: Settings) -> None:
    """Refused where a production would serve with the demonstration's people in it."""
    if _are_where_it_counts(settings):
        raise Refused("demo_accounts", f"Chưa chạy được vì có tài khoản mẫu, mật khẩu ai cũng biết. {DEMO_FIX}")
