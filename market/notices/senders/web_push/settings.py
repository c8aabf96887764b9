"""What the operator enters for push: the private key of a pair that `flask push-keys` makes."""

import os
from datetime import timedelta

from market.base.ports import SettingField
from market.notices.senders.web_push.vapid import KEY_TEXT, public_key

NAME, LABEL, WORD = "push", "thông báo đẩy của trình duyệt", "Thông báo trên máy"
KEY_SETTING = "CHOSO_PUSH_KEY"
KEY = SettingField(
    name="key",
    label="Khóa riêng của thông báo đẩy",
    called="khóa của thông báo đẩy",
    hint="flask --app wsgi push-keys tạo khóa và in ra dòng cần đặt.",
    least=KEY_TEXT,
    most=KEY_TEXT,
)
TOLD_FOR = timedelta(hours=12)
"""How long a push service keeps a message for a phone that is off: an order is answered or ended by then."""


def key_entered() -> str:
    """What stands in the environment: "" where nothing does."""
    return os.environ.get(KEY_SETTING, "").strip()


def server_key() -> str | None:
    """The market's public key, as browsers are given it; None where it sends no push."""
    typed = key_entered()
    try:
        return public_key(typed) if typed else None
    except ValueError:
        return None
