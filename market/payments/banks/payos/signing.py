"""What payOS signs: the fields of a call's `data` as `name=value&...`, in the order of their names.

Source: payos.vn, "Kiểm tra dữ liệu với signature", November 2026. Whatever fields came are signed, never a list of
those that are known: a new one, or one that is left out, changes nothing of whether a call is genuine.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

EMPTY = ("null", "undefined")


def signature(key: str, data: Mapping[str, object]) -> str:
    """The hex HMAC-SHA256 of a call's `data`."""
    return hmac.new(key.encode(), signed_text(data).encode(), hashlib.sha256).hexdigest()


def signed_text(data: Mapping[str, object]) -> str:
    return "&".join(f"{name}={_value(data[name])}" for name in sorted(data))


def _value(value: object) -> str:
    """As JavaScript puts it into a text: nothing for null, lists as JSON whose keys are in order."""
    if value is None or value in EMPTY:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
