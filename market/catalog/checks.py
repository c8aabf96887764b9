"""Whether the search counts every name as it should, and the pictures of listings are there."""

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.catalog.pictures.keeping import is_kept
from market.catalog.queries.pictures import oldest_and_newest_shown
from market.catalog.queries.spelling import wrongly_counted

LOOKED_AT = 3
"""So many of the oldest pictures, and of the newest."""


def checks(_settings: Settings) -> Checks:
    return [("search", _search), ("pictures", _pictures)]


def _pictures() -> Finding:
    """A storage that takes files may be another one than the market's: its disk is not mounted, its folder was emptied
    or is named otherwise."""
    known = oldest_and_newest_shown(reading(), LOOKED_AT)
    if gone := [key for key in known if not is_kept(key)]:
        fix = (
            "Xem CHOSO_STORAGE_URL có đúng thư mục cũ không, ổ đĩa của nó đã gắn chưa. Nếu mất hẳn: khôi phục bản sao "
            "lưu gần nhất."
        )
        return failed("pictures", f"{len(gone)} trong {len(known)} ảnh xem thử không có trong kho tệp.", fix)
    return ok("pictures", "Ảnh của hàng có trong kho tệp.")


def _search() -> Finding:
    if wrong := wrongly_counted(reading()):
        return failed("search", f"Có {wrong} món tìm không ra đúng.", "Đếm lại từ tìm kiếm: flask --app wsgi reindex")
    return ok("search", "Hàng nào cũng tìm được bằng tên.")
