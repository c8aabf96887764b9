"""What browsers kept under plain names, before cookies of an https site were called `__Host-…`: taken over once.

To go, together with its line in `web.configure`, once READ_UNTIL is past.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.http import dump_cookie, parse_cookie

from market.base import clock
from market.web.base.caching import NOBODY
from market.web.base.cookies import SCRIPTS_READ, SECONDS, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READ_UNTIL = datetime(2027, 6, 1, tzinfo=UTC)
"""Half a year, as long as a sign-in or a cart lives. A plain name could be planted by a neighbouring host: it is
forgotten by the browser at once, and from this day on no longer read."""


class OldCookies:
    """A WSGI layer: a cookie that comes under its plain name alone is read under the name it has now. The first answer
    that nobody keeps sets it so, and the browser forgets the plain one."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        sent = parse_cookie(environ)
        old = [plain for plain in SECONDS if plain in sent]
        if not old:
            return self._application(environ, start_response)
        moved = {plain: sent[plain] for plain in old if _is_read(plain, sent)}
        named = [dump_cookie(_now(plain), value, path=None) for plain, value in moved.items()]
        environ["HTTP_COOKIE"] = "; ".join([environ["HTTP_COOKIE"], *named])
        changes = [_forgotten(plain) for plain in old] + [_kept(plain, value) for plain, value in moved.items()]
        return self._application(environ, _telling(start_response, changes))


def _now(plain: str) -> str:
    return name_of(plain, secure=True)


def _is_read(plain: str, sent: "Mapping[str, str]") -> bool:
    return clock.now() < READ_UNTIL and _now(plain) not in sent


def _kept(plain: str, value: str) -> str:
    seconds, is_hidden = SECONDS[plain], plain not in SCRIPTS_READ
    return dump_cookie(_now(plain), value, max_age=seconds, path="/", secure=True, httponly=is_hidden, samesite="Lax")


def _forgotten(plain: str) -> str:
    return dump_cookie(plain, max_age=0, expires=0, path="/", secure=True, httponly=True, samesite="Lax")


def _telling(start_response: "StartResponse", changes: list[str]) -> "StartResponse":
    """Set the cookies before those of the application, which so have the last word of the same name."""

    def start(status: str, headers: list[tuple[str, str]], *error: Any) -> "Callable[[bytes], object]":
        if ("Cache-Control", NOBODY) in headers:
            headers = [("Set-Cookie", change) for change in changes] + headers
        return start_response(status, headers, *error)

    return start
