"""Whether the search counts every name as it should."""

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.catalog.queries.spelling import wrongly_counted


def checks(_settings: Settings) -> Checks:
    return [("search", _search)]


def _search() -> Finding:
    if wrong := wrongly_counted(reading()):
        return failed("search", f"Có {wrong} món tìm không ra đúng.", "Đếm lại từ tìm kiếm: flask --app wsgi reindex")
    return ok("search", "Hàng nào cũng tìm được bằng tên.")
