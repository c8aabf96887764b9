"""Whether every commune has an address of its own and quiet hours that are read, and nothing invented stands where
people call."""

from collections.abc import Sequence

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.places.models import Commune
from market.places.queries import all_communes, invented_keepers, unread_quiet_hours


def checks(settings: Settings) -> Checks:
    return [("commune", lambda: _commune(settings)), ("keepers", lambda: _keepers(settings))]


def _commune(settings: Settings) -> Finding:
    communes = all_communes(reading())
    if not communes:
        fix = "Nạp xã từ seeds/: flask --app wsgi seed, hoặc thêm: flask --app wsgi commune add."
        return failed("commune", f"Chưa có xã nào ở {settings.base_url}.", fix)
    if unreached := _unreached(communes, settings):
        fix = "Mỗi xã một tên máy: flask --app wsgi commune edit MÃ --host TÊN-MÁY."
        return failed("commune", f"Không mở được chợ của {', '.join(unreached)}: trùng địa chỉ.", fix)
    if unread := unread_quiet_hours(reading()):
        fix = "Viết như 21:00-06:00: flask --app wsgi commune export MÃ, sửa, rồi commune edit MÃ --from TỆP."
        return failed("commune", f"Giờ yên tĩnh không đọc được: {', '.join(unread[:8])}.", fix)
    return ok("commune", "; ".join(f"Chợ của {one.name} ở {one.host or settings.host}" for one in communes) + ".")


def _unreached(communes: Sequence[Commune], settings: Settings) -> list[str]:
    """Of several, those that would answer at the installation's own address beside another."""
    own = settings.own_host
    there = [one for one in communes if one.host in (None, own)]
    return [f"{one.name} ({one.code})" for one in there] if len(there) > 1 else []


def _keepers(settings: Settings) -> Finding:
    invented = invented_keepers(reading()) if settings.is_production else []
    if invented:
        fix = "Ghi người giữ thật: flask --app wsgi commune export MÃ, sửa tệp, rồi commune edit MÃ --from TỆP."
        return failed("keepers", f"Điểm nhận hàng còn số điện thoại bịa: {', '.join(invented[:8])}.", fix)
    return ok("keepers", "Điểm nhận hàng không có số điện thoại bịa.")
