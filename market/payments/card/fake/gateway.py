"""The fake gateway as a WSGI application: keys that replay, lost answers, its sessions' own page."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from market.payments.card.fake.books import Books, FakeSession, Json
from market.payments.card.fake.intents import DECLINED, VISA, answer_intent, refund, succeed
from market.payments.card.fake.page import page_of
from market.payments.card.fake.sessions import PAGE, answer_session, pay, session_now
from market.payments.card.fake.wire import GatewayCall, Wrong, body_of, read_call, unknown
from market.payments.card.form import decode

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]
NEVER_BEGUN = (400, 401, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a key was used for, and what it was answered."""

    asked: tuple[str, bytes]
    status: int
    body: Json


@dataclass(slots=True)
class FakeStripe(Books):
    """The gateway. `lost` answers come after the work was done: the caller sees a fault, the intent is there. `tell`
    hears of each event, with its account's key, before the answer goes out."""

    lost: int = 0
    tell: Callable[[str, Json], None] | None = None
    _kept: dict[str, Kept] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_page = environ["PATH_INFO"].startswith(f"/{PAGE}/")
        with self._lock:
            status, headers, body = self._show(environ) if is_page else self._answer(environ)
            if self.lost and not is_page:
                self.lost -= 1
                status, body = 503, json.dumps({"error": {"type": "api_error", "message": "answer lost"}}).encode()
            told, self.untold = self.untold, []
        if self.tell:
            for owner, event in told:
                self.tell(owner, event)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    # --- for the shop -----------------------------------------------------------------------------------------------

    def _answer(self, environ: "WSGIEnvironment") -> Answer:
        replayed = False
        try:
            asked = read_call(environ)
            known = self._replay(asked)
            replayed = known is not None
            kept = known or self._first(asked)
        except Wrong as error:
            kept = Kept(asked=("", b""), status=error.status, body=error.body)
        headers = [("Content-Type", "application/json"), *([("Idempotent-Replayed", "true")] if replayed else [])]
        return kept.status, headers, json.dumps(kept.body).encode()

    def _replay(self, asked: GatewayCall) -> Kept | None:
        kept = self._kept.get(asked.key)
        if kept is not None and kept.asked != (asked.path, asked.body):
            message = "Keys for idempotent requests can only be used with the same parameters."
            raise Wrong(400, "idempotency_error", message)
        return kept

    def _first(self, asked: GatewayCall) -> Kept:
        """Do what is asked, and keep the answer under its key; what was never begun is not kept."""
        try:
            status, body = 200, self._route(asked)
        except Wrong as error:
            if error.status in NEVER_BEGUN:
                raise
            status, body = error.status, error.body
        kept = Kept(asked=(asked.path, asked.body), status=status, body=body)
        if asked.key and asked.method == "POST":
            self._kept[asked.key] = kept
        return kept

    def _route(self, asked: GatewayCall) -> Json:
        steps = asked.steps
        if steps[:2] == ["v1", "payment_intents"] and len(steps) <= 4:
            return answer_intent(self, asked)
        if steps[:3] == ["v1", "checkout", "sessions"] and len(steps) <= 5:
            return answer_session(self, asked)
        if steps == ["v1", "refunds"] and asked.method == "POST":
            return refund(self, asked)
        raise unknown(asked.method, asked.path)

    # --- for people -------------------------------------------------------------------------------------------------

    def _show(self, environ: "WSGIEnvironment") -> Answer:
        session = session_now(self, environ["PATH_INFO"].rsplit("/", 1)[-1])
        if session is None:
            return 404, [("Content-Type", "text/plain; charset=utf-8")], "Không có lượt trả thẻ này.".encode()
        if environ["REQUEST_METHOD"] == "POST":
            return self._press(session, decode(body_of(environ)).get("the", ""))
        return _page(page_of(session))

    def _press(self, session: FakeSession, button: str) -> Answer:
        try:
            pay(self, session, VISA if button == "tra" else DECLINED)
        except Wrong:
            return _page(page_of(session, "Thẻ bị từ chối. Mời dùng thẻ khác."))
        return 303, [("Location", session.success_url)], b""

    # --- what tests do at it ----------------------------------------------------------------------------------------

    def complete_action(self, intent_id: str) -> None:
        """The card's holder did what their bank asked for."""
        with self._lock:
            succeed(self, self.intents[intent_id])

    def pay_session(self, session_id: str, method: str = VISA) -> None:
        """A card is typed at a session's page."""
        with self._lock:
            pay(self, self.sessions[session_id], method)


def _page(html: str) -> Answer:
    return 200, [("Content-Type", "text/html; charset=utf-8")], html.encode()
