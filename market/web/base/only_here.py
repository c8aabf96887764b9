"""A market that signs with a published secret answers this machine alone, whatever its server listens at."""

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from market.base.config import NOT_OWN, OPEN_TO_OTHERS
from market.base.loopback import is_loopback
from market.web.base.caching import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SENTENCE = f"Chợ thử này chỉ trả lời chính máy của nó: {NOT_OWN}. {OPEN_TO_OTHERS}"


class OnlyHere:
    """The outermost WSGI layer: it sees the address that is connected, not one that a header names."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        if is_loopback(environ.get("REMOTE_ADDR", "")):
            return self._application(environ, start_response)
        refusal = Response(SENTENCE, 403, {"Cache-Control": NOBODY}, mimetype="text/plain")
        return refusal(environ, start_response)
