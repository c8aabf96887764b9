"""Whether each way for notices to leave the market that is used has what it needs."""

from functools import partial

from market.base.config import Settings
from market.base.doctor import Checks, Finding, failed, ok
from market.notices.ports import Sender
from market.notices.senders import SENDERS, missing_for, setting_of, typed_for


def checks(settings: Settings) -> Checks:
    return [(f"sender {one.name}", partial(_sender, one)) for one in SENDERS.values()]


def _sender(sender: Sender) -> Finding:
    name, missing = f"sender {sender.name}", missing_for(sender)
    if not missing:
        return ok(name, f"Tin báo được gửi qua {sender.label}.")
    if not any(typed_for(sender).values()):
        return ok(name, f"Không dùng {sender.label} để gửi tin báo.")
    fix = " ".join(f"Đặt {setting_of(sender, one)} (từ {one.least} ký tự): {one.hint}" for one in missing)
    return failed(name, f"Chưa gửi qua {sender.label}: thiếu {', '.join(one.called for one in missing)}.", fix)
