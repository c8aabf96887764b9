"""The gateway as tests and development see it: it keeps what it was given, and tells once what has one key."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(slots=True, kw_only=True)
class FakeGateway:
    """A WSGI application. `texts`: what people were told; `calls`: every call. `statuses`: what it answers next instead
    of 200, whether or not it takes the message (`takes_it`). Each
    is shown as it comes."""

    texts: list[dict[str, str]] = field(default_factory=list)
    calls: list[dict[str, str]] = field(default_factory=list)
    knows_keys: bool = True
    statuses: list[int] = field(default_factory=list)
    takes_it: bool = False
    show: Callable[[str], None] = lambda text: None
    _keys: set[str] = field(default_factory=set)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        said: dict[str, str] = json.loads(environ["wsgi.input"].read(length) or b"{}")
        key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
        self.calls.append({"authorization": environ.get("HTTP_AUTHORIZATION", ""), "key": key} | said)
        status = self.statuses.pop(0) if self.statuses else 200
        if (status == 200 or self.takes_it) and not (self.knows_keys and key in self._keys):
            self.texts.append(said)
            self._keys.add(key)
            self.show(f"{said.get('to')}: {said.get('text')}")
        start_response(f"{status} Told", [("Content-Type", "application/json")])
        return [b'{"ok": true}']
