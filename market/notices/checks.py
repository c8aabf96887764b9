"""Whether each way for notices to leave the market that is used has what it needs."""

from functools import partial

from market.base import clock
from market.base.config import Settings
from market.base.db import reading
from market.base.doctor import Checks, Finding, failed, ok
from market.notices.ports import Sender
from market.notices.senders import SENDERS, ZALO, missing_for, setting_of, typed_for
from market.notices.zalo_tokens import trouble_of


def checks(settings: Settings) -> Checks:
    return [*((f"sender {one.name}", partial(_sender, one)) for one in SENDERS.values()), ("zalo token", _zalo)]


def _zalo() -> Finding:
    if missing_for(ZALO):
        return ok("zalo token", "Chưa dùng Zalo nên không cần mã của Zalo.")
    trouble = trouble_of(reading(), now=clock.now())
    if trouble is None:
        return ok("zalo token", "Mã của Zalo dùng được và tự đổi trước khi hết hạn.")
    return failed("zalo token", trouble, "Lấy mã gia hạn mới ở trang ứng dụng Zalo, rồi: flask --app wsgi zalo-token")


def _sender(sender: Sender) -> Finding:
    name, missing = f"sender {sender.name}", missing_for(sender)
    if not missing:
        return ok(name, f"Tin báo được gửi qua {sender.label}.")
    if not any(typed_for(sender).values()):
        return ok(name, f"Không dùng {sender.label} để gửi tin báo.")
    fix = " ".join(f"Đặt {setting_of(sender, one)} (từ {one.least} ký tự): {one.hint}" for one in missing)
    return failed(name, f"Chưa gửi qua {sender.label}: thiếu {', '.join(one.called for one in missing)}.", fix)
