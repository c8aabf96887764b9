"""Paying by card: how long a session lives, and what the gateway's keys look like."""

import re
from datetime import timedelta

CHECKOUT_LIFE = timedelta(minutes=45)
"""How long a buyer may take at the gateway's page. The gateway takes from 30 minutes to 24 hours, by its own clock."""
TIME_TO_ASK = timedelta(minutes=32)
"""A session asked for again must have this much left, or the gateway finds it too short."""
TIME_TO_PAY = timedelta(minutes=10)
"""With less left, a buyer is given a new session: typing a card and the bank's code takes a few minutes."""
HOLD_BEYOND = timedelta(minutes=10)
"""The goods are held a little longer than the session lives, so that its last word comes in time."""
ASK_UNTIL = timedelta(days=3)
"""As long as the gateway itself tells its events again."""

_SECRET_KEY = re.compile(r"(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]{6,240}")
_HOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_]{6,240}")


def is_secret_key(text: str) -> bool:
    """Whether this can be an account's secret key or a restricted one."""
    return _SECRET_KEY.fullmatch(text) is not None


def is_test_key(text: str) -> bool:
    """Whether this key moves no real money."""
    return text.startswith(("sk_test_", "rk_test_"))


def is_hook_secret(text: str) -> bool:
    """Whether this can be the secret that signs the gateway's calls."""
    return _HOOK_SECRET.fullmatch(text) is not None
