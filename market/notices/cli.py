"""`flask push-keys`: the key pair with which the market signs what it pushes; `flask fake-sms`: a gateway of text
messages to try things with."""

from contextlib import suppress
from wsgiref.simple_server import make_server

import click
from flask import current_app

from market.base import clock
from market.base.commands import PORT, as_json, command, say
from market.base.config import Settings
from market.base.db import transaction
from market.base.errors import Refused
from market.base.jobs import enqueue_again
from market.base.loopback import HERE
from market.notices.senders import ZALO, missing_for, setting_of
from market.notices.senders.sms.fake import FakeGateway
from market.notices.senders.web_push.settings import KEY_SETTING, key_entered
from market.notices.senders.web_push.vapid import new_key, public_key
from market.notices.senders.zalo.fake import FakeZalo
from market.notices.zalo_tokens import RENEW_ZALO, enter_token

FAKE_PORT = 8099
FAKE_HELP = """\
Cổng tin nhắn để thử đang chạy ở {address} (Ctrl-C để dừng). Không tin nào đi đâu cả, tin hiện ở đây.
Chạy chợ với CHOSO_SMS_URL={address} CHOSO_SMS_TOKEN=ma-thu-cho-so CHOSO_SMS_FROM=CHOSO CHOSO_SMS_KEYS=co"""

LEAST_TOKEN = 20
FAKE_ZALO_PORT = 8098
FIRST_REFRESH = "ma-gia-han-thu-cua-cho-so"
FAKE_ZALO_HELP = """\
Zalo để thử đang chạy ở {address} (Ctrl-C để dừng). Không tin nào đi đâu cả, tin hiện ở đây.
Chạy chợ với ZALO_MOCK_URL={address} CHOSO_ZALO_APP=ung-dung-thu CHOSO_ZALO_SECRET=khoa-thu-cho-so
và CHOSO_ZALO_TEMPLATE=100001
rồi nhập mã: flask --app wsgi zalo-token --refresh-token {token}"""


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


@command("fake-sms")
@click.option("--port", type=PORT, default=FAKE_PORT, show_default=True)
def fake_sms(*, port: int) -> None:
    """Take text messages on this machine and show them, to try notices with. Development only."""
    settings: Settings = current_app.config["CHOSO"]
    if settings.is_production:
        raise Refused("development_only", "Cổng tin nhắn để thử không chạy ở nơi chạy thật.")
    server = make_server(HERE, port, FakeGateway(show=click.echo))
    click.echo(FAKE_HELP.format(address=f"http://{HERE}:{server.server_port}"))
    with suppress(KeyboardInterrupt):
        server.serve_forever()


@command("zalo-token")
@click.option("--refresh-token", prompt=True, hide_input=True, help="As Zalo shows it once; asked for where left out.")
def zalo_token(*, refresh_token: str) -> None:
    """Enter the refresh token of the market's Zalo account; it is sealed, and renewed by the jobs from then on."""
    if missing := missing_for(ZALO):
        names = ", ".join(setting_of(ZALO, one) for one in missing)
        raise Refused("zalo_not_set_up", f"Đặt trước các cài đặt này, rồi chạy lại: {names}.")
    if len(refresh_token.strip()) < LEAST_TOKEN:
        raise Refused("bad_token", "Mã gia hạn của Zalo dài hơn thế. Chưa ghi gì, mời chép lại cả mã.")
    with transaction() as session:
        enter_token(session, refresh_token.strip(), now=clock.now())
        enqueue_again(session, RENEW_ZALO, {}, dedupe_key=RENEW_ZALO)
    click.echo("Đã ghi, đã mã hóa. Việc nền đổi mã trong ít phút. Xem lại: flask --app wsgi doctor.")


@command("fake-zalo")
@click.option("--port", type=PORT, default=FAKE_ZALO_PORT, show_default=True)
def fake_zalo(*, port: int) -> None:
    """Take Zalo messages on this machine and show them, to try notices with. Development only."""
    settings: Settings = current_app.config["CHOSO"]
    if settings.is_production:
        raise Refused("development_only", "Zalo để thử không chạy ở nơi chạy thật.")
    server = make_server(HERE, port, FakeZalo(refresh=FIRST_REFRESH, show=click.echo))
    click.echo(FAKE_ZALO_HELP.format(address=f"http://{HERE}:{server.server_port}", token=FIRST_REFRESH))
    with suppress(KeyboardInterrupt):
        server.serve_forever()


COMMANDS: tuple[click.Command, ...] = (push_keys, fake_sms, zalo_token, fake_zalo)
