"""Whether what was entered for push is a key: its length alone does not tell."""

from market.base.config import Settings
from market.base.doctor import Checks, Finding, failed, ok
from market.notices.senders.web_push.settings import KEY_SETTING, key_entered, server_key


def checks(settings: Settings) -> Checks:
    return [("push key", _key)]


def _key() -> Finding:
    if key_entered() and server_key() is None:
        fix = f"Bỏ dòng {KEY_SETTING} rồi chạy flask --app wsgi push-keys, chép nguyên dòng lệnh ấy in ra."
        return failed("push key", f"{KEY_SETTING} không phải là khóa nên trình duyệt không bật được tin báo.", fix)
    says = "Khóa của thông báo đẩy dùng được." if key_entered() else "Chưa đặt khóa: không có thông báo đẩy tới máy."
    return ok("push key", says)
