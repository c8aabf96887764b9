"""`flask vietqr`: make and read VietQR payloads from scripts; `flask fake-card`: a card gateway to try things with."""

import threading
from collections.abc import Sequence
from contextlib import suppress

import click
from flask import Flask, current_app
from werkzeug.serving import make_server

from market.base.commands import PORT, as_json, command, links, say
from market.base.config import Settings
from market.base.db import db, reading
from market.base.errors import Refused
from market.payments.card.fake import FakeStripe, Hook, WebhookSender
from market.payments.card.gateway import PROVIDER
from market.payments.queries import card_secrets_for
from market.payments.rules.vietqr import (
    Beneficiary,
    Scanned,
    Transfer,
    check_bank,
    parse_amount,
    read_payload,
)
from market.sellers.rules.banks import BANKS


@command("vietqr")
@click.option("--bin", "bin_", help="The bank's BIN: 6 digits.")
@click.option("--account", help="The account number: up to 19 letters and digits.")
@click.option("--amount", help="In đồng; left out, the payer types it.")
@click.option("--memo", help="Up to 25 letters, digits, spaces and hyphens; marks are dropped.")
@click.option("--static", "is_static", is_flag=True, help="A code for many uses, even with an amount.")
@click.option("--decode", "payload", help="Read this payload instead of making one.")
@as_json
def vietqr(
    *,
    bin_: str | None,
    account: str | None,
    amount: str | None,
    memo: str | None,
    is_static: bool,
    payload: str | None,
    as_json: bool,
) -> None:
    """Print the VietQR payload of a transfer, or what a payload says."""
    if payload is not None:
        if is_static or any(given is not None for given in (bin_, account, amount, memo)):
            raise click.UsageError("--decode stands alone.")
        _say(payload, read_payload(payload), as_json=as_json, is_made=False)
        return
    if bin_ is None or account is None:
        raise click.UsageError("Give --bin and --account, or --decode.")
    transfer = Transfer(
        to=Beneficiary(bin=bin_, number=account),
        amount=None if amount is None else parse_amount(amount),
        memo=memo,
        is_static=is_static,
    )
    check_bank(bin_, BANKS)
    made = transfer.payload()
    _say(made, read_payload(made), as_json=as_json, is_made=True)


def _say(payload: str, read: Scanned, *, as_json: bool, is_made: bool) -> None:
    bank = BANKS.get(read.bin)
    answer = {
        "payload": payload,
        "bin": read.bin,
        "bank": bank.short_name if bank else None,
        "account": read.account,
        "amount": read.amount,
        "memo": read.memo,
        "init": read.initiation,
        "service": read.service,
        "name": read.name,
        "city": read.city,
        "reference": read.reference,
        "bill": read.bill,
        "crc": read.crc,
    }
    lines = [f"{name}: {value}" for name, value in answer.items() if value is not None and name != "payload"]
    say(answer, payload if is_made else "\n".join(lines), as_json=as_json)


FAKE_PORT = 12111
FAKE_HELP = """\
Nơi nhận thẻ để thử đang chạy ở {address} (Ctrl-C để dừng). Không có tiền thật.
1. Chạy chợ với STRIPE_MOCK_URL={address}
2. Ở trang Trả bằng thẻ của gian hàng, dán khóa riêng sk_test_cho_so và khóa báo tin whsec_cho_so, lưu, rồi bật.
3. Đặt một đơn ở gian đó, nhận đơn, rồi trả bằng thẻ."""


@command("fake-card")
@click.option("--port", type=PORT, default=FAKE_PORT, show_default=True)
@click.option("--twice", is_flag=True, help="Tell the market of each event twice.")
@click.option("--backwards", is_flag=True, help="Tell the market of the last event of a payment first.")
def fake_card(*, port: int, twice: bool, backwards: bool) -> None:
    """Serve a card gateway with a page to pay at, on this machine, to try cards with. Development only."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.config["CHOSO"]
    if settings.is_production:
        raise Refused("development_only", "Nơi nhận thẻ để thử không chạy ở nơi chạy thật.")
    deliver = WebhookSender(hooks=lambda secret_key: _hooks(app, secret_key))

    def tell(*event: object) -> None:
        threading.Thread(target=deliver, args=event, daemon=True).start()

    fake = FakeStripe(tell=tell, tells_twice=twice, tells_backwards=backwards)
    server = make_server("127.0.0.1", port, fake, threaded=True)
    click.echo(FAKE_HELP.format(address=f"http://127.0.0.1:{server.server_port}"))
    with suppress(KeyboardInterrupt):
        server.serve_forever()


def _hooks(app: Flask, secret_key: str) -> Sequence[Hook]:
    """The market's own addresses for the stalls that keep this key."""
    with app.app_context():
        address = links(None).webhook
        found = card_secrets_for(reading(), secret_key)
        db.session.remove()
    return [Hook(url=address(PROVIDER, key), secret=secret) for key, secret in found.items()]


COMMANDS: tuple[click.Command, ...] = (vietqr, fake_card)
