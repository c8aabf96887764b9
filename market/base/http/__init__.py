"""The one way to call other machines: with time limits, bounded answers, and another try only where that is safe."""

from market.base.http.caller import Http
from market.base.http.calls import TRY_AGAIN, Answer, Call

__all__ = ["TRY_AGAIN", "Answer", "Call", "Http"]
