"""A call to another machine, its answer, and how long both may take."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from market.base.errors import OutsideError

CONNECT_SECONDS = 3.05
READ_SECONDS = 15.0
WHOLE_SECONDS = 30.0
"""For all tries together, from the first byte of a head to the last of a body; without it an answer that comes byte by
byte would never be late."""
TRIES = 3
BACK_OFF = 0.5
MOST_BYTES = 1024 * 1024
TRY_AGAIN = frozenset({409, 429, 500, 502, 503, 504})
"""Answers after which the same call may succeed: busy, locked by its own first try, or a fault on the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `is_idempotent`: sent twice it does what it does once, so that it may be tried again."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_idempotent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, object]:
        """The object in the body; OutsideError where there is none."""
        try:
            read: object = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutsideError(f"answer {self.status} is no JSON", permanent=False) from error
        if not isinstance(read, dict):
            raise OutsideError(f"answer {self.status} is no JSON object", permanent=False)
        return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long one call may take. `back_off`: seconds before the second try, twice as many before the third."""

    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    whole_seconds: float = WHOLE_SECONDS
    tries: int = TRIES
    back_off: float = BACK_OFF
