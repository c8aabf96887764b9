"""The one clock: every `now` of the product comes from here, so that tests can stop it."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
