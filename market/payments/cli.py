"""`flask vietqr`: make and read VietQR payloads from scripts."""

import click

from market.base.commands import as_json, command, say
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


COMMANDS: tuple[click.Command, ...] = (vietqr,)
