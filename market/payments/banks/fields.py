"""How providers of bank notices write numbers, texts and moments, and how they are read. ValueError names a field."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import datetime

from market.values.period import VIETNAM
from market.values.text import nfc

LARGEST = 2**63
LARGEST_AMOUNT = 10**13
_WHOLE = re.compile(r"([0-9]{1,19})(?:\.00)?")
"""Two zeros after the point; three would be thousands, as people here write them."""
_NEGATIVE = re.compile(r"-[0-9]{1,19}(?:\.00)?")


def read_object(body: bytes) -> dict[str, object]:
    """The JSON object that a call is. ValueError where it is none."""
    try:
        read: object = json.loads(body.removeprefix(BOM_UTF8), parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(read, dict):
        raise ValueError("not an object")
    return read


def _no_number(name: str) -> None:
    """`NaN`, `Infinity`: no JSON, and no value of any field."""


def is_negative(amount: object) -> bool:
    """Whether money left, also where all is text."""
    if isinstance(amount, str):
        return bool(_NEGATIVE.fullmatch(amount))
    return not isinstance(amount, bool) and isinstance(amount, int | float) and amount < 0


def money_in(name: str, fields: Mapping[str, object]) -> int:
    """What came in, in đồng. ValueError for nothing, and for what is no whole đồng."""
    amount = whole(name, fields, LARGEST_AMOUNT)
    if amount == 0:
        raise ValueError(name)
    return amount


def whole(name: str, fields: Mapping[str, object], limit: int = LARGEST) -> int:
    """A whole number from 0 on, written as one or as text, also with two zeros after the point."""
    value = fields.get(name)
    if isinstance(value, str) and (read := _WHOLE.fullmatch(value)):
        value = int(read[1])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < limit:
        raise ValueError(name)
    return value


def text(name: str, fields: Mapping[str, object]) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(name)
    return nfc(value)


def optional(name: str, fields: Mapping[str, object]) -> str:
    """What a notice counts without: nothing where it is no text and no number, which costs the notice nothing."""
    value = fields.get(name)
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST
    return nfc(value) if isinstance(value, str) else str(value) if is_number else ""


def account_number(name: str, fields: Mapping[str, object]) -> str:
    """An account number as the market keeps it, however the bank writes it."""
    return _as_kept(text(name, fields))


def other_account(name: str, fields: Mapping[str, object]) -> str:
    """An account's number that a notice counts without: the payer's, a virtual one."""
    return _as_kept(optional(name, fields))


def _as_kept(number: str) -> str:
    return number.replace(" ", "").upper()


def moment(text: str) -> datetime:
    """Vietnam's time, written without a zone."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VIETNAM)


def moment_of(name: str, fields: Mapping[str, object]) -> datetime:
    """The moment that a field tells."""
    try:
        return moment(text(name, fields))
    except ValueError as error:
        raise ValueError(name) from error
