"""The cookies of the market: what each is called, how it is set and read."""

from typing import TYPE_CHECKING

from flask import current_app, request
from werkzeug.wrappers import Response as BaseResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

SESSION, VISITOR, CART, CART_COUNT, TAKEN = "choso", "khach", "gio_ma", "gio", "da_nhan"
LONG_STAY_SECONDS = 180 * 24 * 3600
SECONDS: "Mapping[str, int | None]" = {
    SESSION: None,
    VISITOR: 365 * 24 * 3600,
    CART: LONG_STAY_SECONDS,
    CART_COUNT: LONG_STAY_SECONDS,
    TAKEN: 600,
}
"""Every cookie there is, by its plain name, and how long a browser keeps it; of the session Flask says it, as soon as
somebody is signed in."""
SCRIPTS_READ = frozenset({CART_COUNT, TAKEN})
"""What a page's script may read: a page that all guests share holds no number of anybody's lines; a browser that keeps
what is half typed forgets it once it was taken."""
HOST_ONLY = "__Host-"
"""What a name begins with where the site is https: a browser then takes the cookie from this very host alone, over
https and for every path, so that no neighbouring host can plant one (RFC 6265bis, 4.1.3.2)."""


def name_of(plain: str, *, secure: bool) -> str:
    return f"{HOST_ONLY}{plain}" if secure else plain


def read(plain: str) -> str | None:
    return request.cookies.get(name_of(plain, secure=_is_secure()))


def keep(answer: BaseResponse, plain: str, value: str) -> None:
    """Set a cookie that lives as long as its kind does."""
    secure = _is_secure()
    answer.set_cookie(
        name_of(plain, secure=secure),
        value,
        max_age=SECONDS[plain],
        path="/",
        secure=secure,
        httponly=plain not in SCRIPTS_READ,
        samesite="Lax",
    )


def _is_secure() -> bool:
    is_secure: bool = current_app.config["SESSION_COOKIE_SECURE"]
    return is_secure
