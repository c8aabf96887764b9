"""Whether sellers' electronic identity is asked of somebody, and the law's days are written down."""

from functools import partial

from sqlalchemy import select

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.places.models import DatedFact
from market.places.queries import all_communes
from market.sellers.identity import CHOSEN, IDENTITY_PROVIDERS, chosen_name, connected
from market.sellers.rules.identity import LINK_FROM

NAME, DAYS = "identity", "identity days"


def checks(settings: Settings) -> Checks:
    return [(NAME, partial(_provider, settings)), (DAYS, _days)]


def _provider(settings: Settings) -> Finding:
    if (asked := connected()) is not None:
        return ok(NAME, f"Xác thực điện tử người bán qua {asked.provider.label}.")
    named = chosen_name()
    if not named:
        return ok(NAME, "Chợ chưa kết nối xác thực điện tử; người bán và văn phòng đọc được điều đó.")
    provider = IDENTITY_PROVIDERS.get(named)
    if provider is None:
        known = ", ".join(IDENTITY_PROVIDERS)
        return failed(
            NAME, f"{CHOSEN} ghi “{named}”, chợ không biết bên này.", f"Sửa {CHOSEN}: {known}, hoặc bỏ trống."
        )
    if settings.is_production and not provider.is_real:
        return failed(NAME, f"{CHOSEN} là bên giả lập nên không dùng cho chợ thật.", f"Bỏ {CHOSEN} khỏi cài đặt.")
    fields = " ".join(f"Đặt {CHOSEN}_{one.name.upper()}: {one.hint}" for one in provider.fields)
    return failed(NAME, f"Chưa hỏi {provider.label}: thiếu cài đặt.", fields)


def _days() -> Finding:
    """Without them nobody has to be linked."""
    known = select(DatedFact.id).where(DatedFact.key == LINK_FROM, DatedFact.commune_id.is_(None)).limit(1)
    if reading().scalar(known) is None and all_communes(reading()):
        fix = "Nạp lại các số theo ngày của cả nước: flask --app wsgi seed"
        return failed(DAYS, "Chưa ghi ngày của luật: ai cũng đăng bán được mà không cần xác thực điện tử.", fix)
    return ok(DAYS, "Ngày của luật về xác thực điện tử người bán đã ghi.")
