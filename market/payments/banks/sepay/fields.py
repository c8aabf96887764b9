"""How SePay writes numbers, texts and moments, in what it sends and in what it answers. ValueError names a field."""

import re
from collections.abc import Mapping
from datetime import datetime

from market.values.period import VIETNAM
from market.values.text import nfc

LARGEST = 2**63
_WHOLE = re.compile(r"([0-9]{1,19})(?:\.00)?")
"""Two zeros after the point; three would be thousands, as people here write them."""


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


def account_number(name: str, fields: Mapping[str, object]) -> str:
    """An account number as the market keeps it, however the bank writes it."""
    return text(name, fields).replace(" ", "").upper()


def moment(text: str) -> datetime:
    """Vietnam's time, written without a zone."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VIETNAM)
