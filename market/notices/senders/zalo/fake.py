"""Zalo as tests and development see it: it keeps what people were told, and takes each refresh token once."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(slots=True, kw_only=True)
class FakeZalo:
    """A WSGI application. `told`: every message it took; `refreshed`: every refresh token it was given. `errors`: what
    it says next instead of 0; `statuses`: with which status it answers next. `loses`: it uses a refresh token up and
    answers 502."""

    refresh: str = "refresh-1"
    access: str = ""
    told: list[dict[str, object]] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    loses: bool = False
    show: Callable[[str], None] = lambda text: None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        is_token = str(environ.get("PATH_INFO", "")).endswith("access_token")
        status, said = self._renew(body) if is_token else self._take(environ, body)
        start_response(f"{status} Told", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    def _renew(self, body: bytes) -> tuple[int, dict[str, object]]:
        given = parse_qs(body.decode()).get("refresh_token", [""])[0]
        self.refreshed.append(given)
        if given != self.refresh:
            return 200, {"error": -14014, "error_name": "Invalid refresh token."}
        self.refresh, self.access = f"refresh-{len(self.refreshed) + 1}", f"access-{len(self.refreshed)}"
        if self.loses:
            return 502, {}
        return 200, {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}

    def _take(self, environ: "WSGIEnvironment", body: bytes) -> tuple[int, dict[str, object]]:
        if self.statuses:
            return self.statuses.pop(0), {}
        if environ.get("HTTP_ACCESS_TOKEN") != self.access:
            return 200, {"error": -124, "message": "Access token invalid"}
        error = self.errors.pop(0) if self.errors else 0
        if not error:
            self.told.append(json.loads(body))
            self.show(f"{self.told[-1].get('phone')}: {self.told[-1].get('template_data')}")
        return 200, {"error": error, "message": "Success" if not error else "No", "data": {"msg_id": "m"}}
