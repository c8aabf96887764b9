"""How the fake gateway reads a call and says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from market.payments.card.fake.books import Json
from market.payments.card.form import decode

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
SCHEME = "Bearer "
MOST_AMOUNT = 99_999_999


class Wrong(Exception):
    """An answer of the gateway's that is an error, in its own shape."""

    def __init__(self, status: int, kind: str, message: str, code: str = "", decline_code: str = "") -> None:
        super().__init__(message)
        codes = {"code": code, "decline_code": decline_code}
        self.status = status
        self.code = code
        self.reason = decline_code or code
        self.error: Json = {"type": kind, "message": message, **{name: one for name, one in codes.items() if one}}
        self.body: Json = {"error": self.error}


def invalid(message: str, code: str = "", status: int = 400) -> Wrong:
    return Wrong(status, "invalid_request_error", message, code)


def unknown(method: str, path: str) -> Wrong:
    return invalid(f"Unrecognized request URL ({method}: {path}).", status=404)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCall:
    """A call: what is asked, by which account, under which key, and where this gateway was found."""

    method: str
    path: str
    body: bytes
    owner: str
    key: str
    host: str
    query: str = ""

    @property
    def steps(self) -> list[str]:
        return self.path.strip("/").split("/")

    def asked_of(self, name: str) -> str:
        """A parameter of the address; nothing where it is not there."""
        return decode(self.query.encode()).get(name, "")

    def params(self, allowed: frozenset[str], free: tuple[str, ...] = ()) -> Mapping[str, str]:
        """The parameters by flat name; an unknown one is an error. `free`: beginnings after which any may stand."""
        params = decode(self.body)
        strange = [name for name in params if name not in allowed and not name.startswith(free)]
        if strange:
            raise invalid(f"Received unknown parameter: {strange[0]}", "parameter_unknown")
        return params


def read_call(environ: "WSGIEnvironment") -> GatewayCall:
    """A call that says who it is and, with a body or not, that it is a form."""
    given = environ.get("HTTP_AUTHORIZATION", "")
    if not given.startswith((f"{SCHEME}sk_test_", f"{SCHEME}rk_test_")):
        raise Wrong(401, "invalid_request_error", "Invalid API Key provided.")
    if environ["REQUEST_METHOD"] == "POST" and environ.get("CONTENT_TYPE") != FORM:
        raise invalid(f"Content-Type must be {FORM}.")
    return GatewayCall(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        body=body_of(environ),
        owner=given.removeprefix(SCHEME),
        key=environ.get("HTTP_IDEMPOTENCY_KEY", ""),
        host=environ.get("HTTP_HOST", ""),
        query=environ.get("QUERY_STRING", ""),
    )


def body_of(environ: "WSGIEnvironment") -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    read: bytes = environ["wsgi.input"].read(length) if length else b""
    return read


def amount_of(params: Mapping[str, str], name: str = "amount") -> int:
    text = params.get(name, "")
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= MOST_AMOUNT:
        raise invalid(f"Invalid integer: {text}", "parameter_invalid_integer")
    return int(text)


def currency_of(params: Mapping[str, str], name: str = "currency") -> str:
    text = params.get(name, "")
    if len(text) != 3:
        raise invalid(f"Missing required param: {name}.", "parameter_missing")
    return text.lower()


def inside(params: Mapping[str, str], name: str) -> dict[str, str]:
    """The parameters `name[…]`, by what stands in the brackets."""
    begins = f"{name}["
    return {key[len(begins) : -1]: value for key, value in params.items() if key.startswith(begins)}
