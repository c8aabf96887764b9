"""`flask push-keys`: the key pair with which the market signs what it pushes to browsers."""

import click

from market.base.commands import as_json, command, say
from market.base.errors import Refused
from market.notices.senders.web_push.settings import KEY_SETTING, key_entered
from market.notices.senders.web_push.vapid import new_key, public_key


@command("push-keys")
@as_json
def push_keys(*, as_json: bool) -> None:
    """Make the key pair for push and print the setting to put it into. Once: another key, and every phone must ask
    anew."""
    if key_entered():
        raise Refused(
            "push_key_there",
            f"Đã có {KEY_SETTING} nên không tạo khóa khác: đổi khóa thì mọi máy đang được báo tin phải bật lại. Thật "
            f"muốn đổi thì bỏ {KEY_SETTING} khỏi cài đặt trước, rồi chạy lại lệnh này.",
        )
    key = new_key()
    answer = {"settings": {KEY_SETTING: key}, "public_key": public_key(key)}
    told = (
        f"{KEY_SETTING}={key}\n\nThêm dòng trên vào cài đặt của mọi tiến trình (web và việc nền), giữ kín, rồi chạy "
        "lại chúng. Xem lại: flask --app wsgi doctor."
    )
    say(answer, told, as_json=as_json)


COMMANDS: tuple[click.Command, ...] = (push_keys,)
