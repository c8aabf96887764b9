"""Whether the market's Zalo account can be used: that its settings are there does not tell."""

from market.base import clock
from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.notices.senders import ZALO, missing_for
from market.notices.zalo_tokens import trouble_of

NAME = "zalo token"


def checks(_settings: Settings) -> Checks:
    return [(NAME, _zalo)]


def _zalo() -> Finding:
    if missing_for(ZALO):
        return ok(NAME, "Chưa dùng Zalo nên không cần mã của Zalo.")
    trouble = trouble_of(reading(), now=clock.now())
    if trouble is None:
        return ok(NAME, "Mã của Zalo dùng được và tự đổi trước khi hết hạn.")
    return failed(NAME, trouble, "Lấy mã gia hạn mới ở trang ứng dụng Zalo, rồi: flask --app wsgi zalo-token")
