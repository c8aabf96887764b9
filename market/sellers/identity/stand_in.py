"""A stand-in for a provider of electronic identity, for development and tests: it keeps what it was asked, answers as
it is told to, and signs its calls. What it says is no electronic authentication, and is shown as made up."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from market.base.errors import OutsideError
from market.base.ports import SettingField
from market.sellers.ports import CallHeaders, Challenge, IdentityAnswer, IdentityOutcome, UnsignedCall
from market.values.taxid import CitizenId

SIGNATURE = "X-Identity-Signature"
MOST_AGE = timedelta(minutes=10)
FIELDS = (
    SettingField(
        name="secret",
        label="Khóa ký",
        called="khóa ký của bên giả lập",
        hint="Chuỗi bất kỳ từ 8 ký tự: bên giả lập ký cuộc gọi về bằng khóa này.",
        least=8,
    ),
)


@dataclass(kw_only=True)
class StandIn:
    """The recording fake. `is_down`: it does not answer. `answers` by attempt; `answers_by_itself`: each person
    it is asked about has just said yes, so that a development market can be tried alone."""

    name: str = "gia-lap"
    label: str = "VNeID giả lập"
    fields: tuple[SettingField, ...] = FIELDS
    is_real: bool = False
    is_down: bool = False
    answers_by_itself: bool = True
    answers: dict[str, IdentityAnswer] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, attempt: str, entered: Mapping[str, str], *, now: datetime) -> Challenge:
        self._take("begin", attempt)
        address = f"https://dinh-danh.invalid/{attempt}"
        return Challenge(reference=_reference(attempt), address=address, ends_at=now + timedelta(minutes=15))

    def ask(self, attempt: str, reference: str, entered: Mapping[str, str], *, now: datetime) -> IdentityAnswer | None:
        self._take("ask", attempt)
        return self.answers.get(attempt) or (yes(attempt, told_at=now) if self.answers_by_itself else None)

    def read_call(
        self, headers: CallHeaders, body: bytes, entered: Mapping[str, str], *, now: datetime
    ) -> IdentityAnswer:
        if not hmac.compare_digest(headers.get(SIGNATURE, "").encode(), signature_of(entered["secret"], body).encode()):
            raise UnsignedCall("bad signature")
        answer = _answer_in(json.loads(body))
        if not now - MOST_AGE <= answer.told_at <= now + MOST_AGE:
            raise UnsignedCall("not of now")
        return answer

    def _take(self, what: str, attempt: str) -> None:
        self.calls.append((what, attempt))
        if self.is_down:
            raise OutsideError("the stand-in is down", permanent=False)


def _reference(attempt: str) -> str:
    return f"GL-{attempt}"


def yes(attempt: str, *, told_at: datetime, subject: str = "") -> IdentityAnswer:
    """That the person of an attempt has said yes, each attempt another person where none is named."""
    return IdentityAnswer(
        attempt=attempt,
        reference=_reference(attempt),
        outcome=IdentityOutcome.AUTHENTICATED,
        told_at=told_at,
        subject=subject or f"gia-lap-{attempt}",
    )


def signature_of(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def _answer_in(told: object) -> IdentityAnswer:
    """ValueError where a call does not say what an answer says."""
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in ("attempt", "reference")):
        raise ValueError("no answer")
    try:
        return IdentityAnswer(
            attempt=told["attempt"],
            reference=told["reference"],
            outcome=IdentityOutcome[str(told["outcome"])],
            told_at=_moment(told["told_at"]),
            subject=str(told["subject"]),
            citizen_id=CitizenId(str(told["citizen_id"])) if told.get("citizen_id") else None,
            valid_to=_moment(told["valid_to"]) if told.get("valid_to") else None,
        )
    except KeyError as error:
        raise ValueError("an odd answer") from error


def _moment(text: object) -> datetime:
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at
