"""The one clock: every `now` of the product comes from here, so that tests can stop it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""What is asked for the time: an action that waits for a lock is given this, not a moment taken before the wait."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
