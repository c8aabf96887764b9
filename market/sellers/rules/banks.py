"""The banks that receive by VietQR, and what an account number must be."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from market.values.text import unmark

_SEPARATORS = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A bank by its BIN, the one name all agree on. `app_id` opens its app; `prefills`: with the transfer filled in."""

    bin: str
    code: str
    short_name: str
    name: str
    app_id: str | None
    prefills: bool


def _read() -> dict[str, Bank]:
    listed = json.loads((Path(__file__).parent / "banks.json").read_text("utf-8"))
    return {row["bin"]: Bank(**row) for row in listed["banks"]}


BANKS: dict[str, Bank] = _read()
"""BIN -> bank, in the order of their short names."""


def account_number(text: str) -> str:
    """An account number as VietQR takes it: 4 to 19 letters and digits, separators dropped. ValueError if it is not."""
    number = _SEPARATORS.sub("", text).upper()
    if not re.fullmatch(r"[A-Z0-9]{4,19}", number):
        raise ValueError("Số tài khoản có từ 4 đến 19 chữ số, không dấu. Bạn xem lại giúp.")
    return number


def holder_name(text: str) -> str:
    """An account holder's name as banks print it: upper case, without marks."""
    return unmark(text).upper()
