"""What an answer's headers tell machines of a refusal: its code, and how long to wait where it was tried too often or
the market is down."""

import math

from flask import Response, g

from market.base.errors import Refused, TooManyTries
from market.base.outages import Down


def note_refusal(error: Refused) -> None:
    """Have this request's answer say it, whatever page it becomes."""
    g.refused = error.code
    if isinstance(error, TooManyTries | Down):
        g.wait = error.wait


def say_refusal(response: Response) -> None:
    """`X-Refused`, and `Retry-After` in whole seconds."""
    if "refused" in g:
        response.headers["X-Refused"] = g.refused
    if "wait" in g:
        response.headers["Retry-After"] = str(max(1, math.ceil(g.wait.total_seconds())))
