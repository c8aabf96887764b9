"""What the market asks of a provider about its calls beside what they bring; a provider need not know of any of it."""

from collections.abc import Mapping
from datetime import datetime

from market.payments.ports import BankProvider, Headers
from market.payments.rules.calls import CallRefusal

FIRST_READING = 1


def reading_of(provider: BankProvider) -> int:
    """The number of the provider's way of reading: raised whenever it reads more than before, so that what was kept
    unread is read again."""
    number: int = getattr(provider, "reading", FIRST_READING)
    return number


def field_words(provider: BankProvider, names: str) -> str:
    """The fields of a call, as sellers would call them; those without a word are left out."""
    called: Mapping[str, str] = getattr(provider, "field_words", {})
    return ", ".join(called[name] for name in names.split(", ") if name in called)


def refusal_of(
    provider: BankProvider, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime
) -> CallRefusal:
    """Why a call that is not genuine is not."""
    why = getattr(provider, "why_not_genuine", None)
    return why(credentials, headers, body, now=now) if why else CallRefusal.WRONG_KEY
