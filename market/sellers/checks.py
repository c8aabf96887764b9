"""Whether the data keys open what is kept under them."""

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.base.secrets import vault
from market.sellers.queries import sealed_samples


def checks(_settings: Settings) -> Checks:
    return [("keys", _keys)]


def _keys() -> Finding:
    try:
        for sample in sealed_samples(reading()):
            vault().decrypt(sample)
    except ValueError:
        fix = "Đưa khóa đã dùng trước đây trở lại CHOSO_DATA_KEYS (khóa mới đứng đầu, khóa cũ đứng sau)."
        return failed("keys", "Có số tài khoản mà khóa hiện nay không mở được.", fix)
    return ok("keys", "Khóa dữ liệu mở được số tài khoản đã lưu.")
