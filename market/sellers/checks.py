"""Whether the data keys open what is kept under them."""

from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.base.secrets import BRING_BACK, vault
from market.sellers.queries import sealed_samples


def checks(_settings: Settings) -> Checks:
    return [("keys", _keys)]


def _keys() -> Finding:
    try:
        for sample in sealed_samples(reading()):
            vault().decrypt(sample)
    except ValueError:
        return failed("keys", "Có số tài khoản mà khóa hiện nay không mở được.", BRING_BACK)
    return ok("keys", "Khóa dữ liệu mở được số tài khoản đã lưu.")
