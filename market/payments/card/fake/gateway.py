"""The fake gateway as a WSGI application: keys that replay, lost and broken answers, the pages that people see."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from market.base import clock
from market.payments.card.fake import leaving
from market.payments.card.fake.books import Books, FakeDispute, FakeIntent, FakeRefund, FakeSession, Json
from market.payments.card.fake.intents import CHALLENGE, NOT_AUTHENTICATED, VISA, answer_intent, decline, succeed
from market.payments.card.fake.page import BUTTONS, challenge_of, page_of
from market.payments.card.fake.sessions import PAGE, answer_session, complete_paid, pay, session_now, session_of
from market.payments.card.fake.wire import GatewayCall, Wrong, body_of, read_call, unknown
from market.payments.card.form import decode
from market.payments.rules.cards import decline_words

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]
NEVER_BEGUN = (400, 401, 404)
CARD_ERROR = 402
KEYS_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a key was used for, what it was answered, and when."""

    asked: tuple[str, bytes]
    status: int
    body: Json
    at: datetime


@dataclass(slots=True)
class FakeStripe(Books):
    """The gateway. `lost` answers come after the work was done: the caller sees a fault, the intent is there. `broken`
    ones are faults of its own, which it keeps under their keys as any answer. `tell` hears of each event, with its
    account's key, before the answer goes out: `tells_twice` each twice, `tells_backwards` an answer's last first.
    """

    lost: int = 0
    broken: int = 0
    tell: Callable[[str, Json], None] | None = None
    tells_twice: bool = False
    tells_backwards: bool = False
    _kept: dict[tuple[str, str], Kept] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_page = environ["PATH_INFO"].startswith((f"/{PAGE}/", f"/{CHALLENGE}/"))
        with self._lock:
            status, headers, body = self._show(environ) if is_page else self._answer(environ)
            if self.lost and not is_page and environ["REQUEST_METHOD"] == "POST":
                self.lost -= 1
                status, body = 503, json.dumps({"error": {"type": "api_error", "message": "answer lost"}}).encode()
            told, self.untold = self.untold, []
        self._tell(told)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _tell(self, told: list[tuple[str, Json]]) -> None:
        for owner, event in told[::-1] if self.tells_backwards else told:
            for _ in range(2 if self.tells_twice else 1):
                if self.tell:
                    self.tell(owner, event)

    # --- for the shop -----------------------------------------------------------------------------------------------

    def _answer(self, environ: "WSGIEnvironment") -> Answer:
        replayed = False
        try:
            asked = read_call(environ)
            known = self._replay(asked)
            replayed = known is not None
            kept = known or self._first(asked)
            status, body = kept.status, kept.body
        except Wrong as error:
            status, body = error.status, error.body
        headers = [("Content-Type", "application/json"), *([("Idempotent-Replayed", "true")] if replayed else [])]
        return status, headers, json.dumps(body).encode()

    def _replay(self, asked: GatewayCall) -> Kept | None:
        """What a key was answered within the last day; another call under it is an error."""
        too_old = clock.now() - KEYS_KEPT
        self._kept = {name: kept for name, kept in self._kept.items() if kept.at > too_old}
        kept = self._kept.get((asked.owner, asked.key))
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
        kept = Kept(asked=(asked.path, asked.body), status=status, body=body, at=clock.now())
        if asked.key and asked.method == "POST":
            self._kept[asked.owner, asked.key] = kept
        return kept

    def _route(self, asked: GatewayCall) -> Json:
        steps = asked.steps
        if self.broken and asked.method == "POST":
            self.broken -= 1
            raise Wrong(500, "api_error", "An unknown error occurred.")
        if steps[:2] == ["v1", "payment_intents"] and len(steps) <= 4:
            return answer_intent(self, asked)
        if steps[:3] == ["v1", "checkout", "sessions"] and len(steps) <= 5:
            return answer_session(self, asked)
        if steps[:2] == ["v1", "refunds"]:
            return leaving.answer_refund(self, asked)
        if steps[:2] == ["v1", "disputes"]:
            return leaving.answer_dispute(self, asked)
        raise unknown(asked.method, asked.path)

    # --- for people -------------------------------------------------------------------------------------------------

    def _show(self, environ: "WSGIEnvironment") -> Answer:
        kind, name = environ["PATH_INFO"].strip("/").split("/", 1)
        given = decode(body_of(environ)) if environ["REQUEST_METHOD"] == "POST" else None
        if kind == CHALLENGE:
            intent = self.intents.get(name)
            return self._challenge(intent, given) if intent else _nothing()
        session = session_now(self, name)
        if session is None:
            return _nothing()
        return _page(page_of(session)) if given is None else self._press(session, given.get("the", ""))

    def _press(self, session: FakeSession, button: str) -> Answer:
        method, _ = BUTTONS.get(button, BUTTONS["tu_choi"])
        try:
            pay(self, session, method)
        except Wrong as error:
            return _page(page_of(session, decline_words(error.reason) if error.status == CARD_ERROR else ""))
        is_asked = session.intent is not None and session.intent.status == "requires_action"
        return _to(session.intent.challenge_url if session.intent and is_asked else session.success_url)

    def _challenge(self, intent: FakeIntent, given: dict[str, str] | None) -> Answer:
        """What a card's holder says to their bank; then they go on where they came from."""
        if given is None or intent.status != "requires_action":
            return _page(challenge_of(intent))
        self._authenticate(intent, is_holder=given.get("xac_nhan") == "phai")
        session = session_of(self, intent)
        if session is not None and session.status == "open":
            return _page(page_of(session, decline_words(NOT_AUTHENTICATED[0])))
        return _to(intent.return_url) if intent.return_url else _page(challenge_of(intent))

    def _authenticate(self, intent: FakeIntent, *, is_holder: bool) -> None:
        if not is_holder:
            decline(self, intent, NOT_AUTHENTICATED)
            return
        succeed(self, intent)
        session = session_of(self, intent)
        if session is not None:
            complete_paid(self, session)

    # --- what tests do at it ----------------------------------------------------------------------------------------

    def complete_action(self, intent_id: str, *, is_holder: bool = True) -> None:
        """The card's holder did what their bank asked for, or did not."""
        with self._lock:
            self._authenticate(self.intents[intent_id], is_holder=is_holder)

    def pay_session(self, session_id: str, method: str = VISA) -> None:
        """A card is typed at a session's page."""
        with self._lock:
            pay(self, self.sessions[session_id], method)

    def refund_here(self, intent_id: str, amount: int) -> FakeRefund:
        """Somebody refunds a payment at the gateway's own pages."""
        with self._lock:
            return leaving.refund(self, self.intents[intent_id], amount)

    def end_refund(self, refund_id: str, status: str, failure: str | None = None) -> None:
        """What the card's bank did with a refund."""
        with self._lock:
            leaving.end_refund(self, self.refunds[refund_id], status, failure)

    def dispute(self, intent_id: str, *, amount: int | None = None, status: str = "needs_response") -> FakeDispute:
        """A card's holder complains at their bank."""
        with self._lock:
            return leaving.dispute(self, self.intents[intent_id], amount=amount, status=status)

    def move_dispute(self, dispute_id: str, status: str) -> None:
        """The bank looks at a complaint, or decides about it."""
        with self._lock:
            leaving.move_dispute(self, self.disputes[dispute_id], status)


def _nothing() -> Answer:
    return 404, [("Content-Type", "text/plain; charset=utf-8")], "Không có lượt trả thẻ này.".encode()


def _page(html: str) -> Answer:
    return 200, [("Content-Type", "text/html; charset=utf-8")], html.encode()


def _to(address: str) -> Answer:
    return 303, [("Location", address)], b""
