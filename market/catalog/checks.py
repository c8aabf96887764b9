"""Whether the search counts every name as it should."""

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, ill, well
from market.catalog.queries.spelling import wrongly_counted


def checks(_settings: Settings) -> Checks:
    return [("search", _search)]


def _search() -> Finding:
    if wrong := wrongly_counted(reading()):
        return ill("search", f"Có {wrong} món tìm không ra đúng.", "Đếm lại từ tìm kiếm: flask --app wsgi reindex")
    return well("search", "Hàng nào cũng tìm được bằng tên.")
