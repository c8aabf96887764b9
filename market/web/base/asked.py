"""A request as the market reads it."""

from collections.abc import Callable
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict


class SentFields(ImmutableMultiDict[str, Any]):
    """The fields of an address, a form or the cookies. Most that a page looks for were not sent, and Werkzeug makes and
    catches a whole error page for each of those."""

    def get(  # type: ignore[override]  # its own are four signatures of this one
        self,
        key: str,
        default: Any = None,
        type: Callable[[Any], Any] | None = None,  # noqa: A002 - Werkzeug's name
    ) -> Any:
        return super().get(key, default, type) if key in self else default  # type: ignore[arg-type]


class MarketRequest(Request):
    """Flask's, but for how it looks for what was not sent."""

    parameter_storage_class = SentFields
    dict_storage_class = SentFields
