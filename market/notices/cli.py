"""`flask fake-sms`: a gateway of text messages to try things with."""

from contextlib import suppress
from wsgiref.simple_server import make_server

import click
from flask import current_app

from market.base.commands import PORT, command
from market.base.config import Settings
from market.base.errors import Refused
from market.base.loopback import HERE
from market.notices.senders.sms.fake import FakeGateway

FAKE_PORT = 8099
FAKE_HELP = """\
Cổng tin nhắn để thử đang chạy ở {address} (Ctrl-C để dừng). Không tin nào đi đâu cả, tin hiện ở đây.
Chạy chợ với CHOSO_SMS_URL={address} CHOSO_SMS_TOKEN=ma-thu-cho-so CHOSO_SMS_FROM=CHOSO CHOSO_SMS_KEYS=co"""


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


COMMANDS: tuple[click.Command, ...] = (fake_sms,)
