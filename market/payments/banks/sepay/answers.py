"""How SePay answers at its own address, and the ways in which it says no."""

import re
from collections.abc import Mapping
from datetime import timedelta

from market.base.errors import OutsideError
from market.base.http import Answer, Http
from market.payments.ports import AccessRefused, AskedTooOften

API = "https://my.sepay.vn"
"""Where SePay is asked; nothing that comes with a notice or that a seller enters changes it."""
PATIENCE = Http(read_seconds=8.0, whole_seconds=20.0, tries=1)
"""One try: when to ask again is the market's own plan, which SePay's "not so often" is part of."""
RETRY_HEADERS = ("x-sepay-userapi-retry-after", "Retry-After")
LONGEST_PAUSE = 3600
USUAL_PAUSE = 60


def read_answer(answer: Answer, *, says_status: bool = True) -> Mapping[str, object]:
    """What an answer holds. SePay says in most bodies too how it went: `status` 200, or the number of a fault."""
    _check_status(answer.status, answer.headers)
    if not answer.is_good:
        raise OutsideError(f"SePay answered {answer.status}", permanent=False)
    if not answer.body.strip():
        raise AccessRefused("SePay answered nothing, as it does to a token it does not know")
    read = answer.json()
    said = read.get("status")
    _check_status(said, answer.headers)
    if says_status and said not in (200, "200", "success"):
        raise OutsideError("SePay's answer says that it failed", permanent=False)
    return read


def _check_status(status: object, headers: Mapping[str, str]) -> None:
    """AccessRefused or AskedTooOften where the number stands for it."""
    if status in (401, 403):
        raise AccessRefused(f"SePay answered {status}")
    if status == 429:
        raise AskedTooOften("SePay wants to be asked later", after=_pause(headers))


def _pause(headers: Mapping[str, str]) -> timedelta:
    """As long as SePay says, an hour at most; a minute where it does not say."""
    said = next((headers[name] for name in RETRY_HEADERS if name in headers), "")
    seconds = int(said) if re.fullmatch(r"[0-9]{1,6}", said) else USUAL_PAUSE
    return timedelta(seconds=min(max(1, seconds), LONGEST_PAUSE))
