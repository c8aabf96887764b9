"""Whether there is a commune at the market's address."""

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.base.errors import NotFound
from market.places.queries import commune_of


def checks(settings: Settings) -> Checks:
    return [("commune", lambda: _commune(settings))]


def _commune(settings: Settings) -> Finding:
    try:
        commune = commune_of(reading(), settings)
    except NotFound:
        fix = "Nạp xã từ seeds/: flask --app wsgi seed. Xã ở máy chủ khác thì xem lại CHOSO_BASE_URL."
        return failed("commune", f"Chưa có xã nào ở {settings.base_url}.", fix)
    return ok("commune", f"Chợ của {commune.name}.")
