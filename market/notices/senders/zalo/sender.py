"""The `Sender` of Zalo messages: the template with the sentence and the link, to the first phone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from market.base import clock
from market.base.db import reading, transaction
from market.base.http import Call, Http
from market.base.ports import SettingField
from market.notices.ports import Address, Destination, NotTaken, OutgoingNotice, Receiver, SendingLimits
from market.notices.senders.zalo.answers import OutOfOrder, TokenRefused, check_sent
from market.notices.senders.zalo.hosts import send_address
from market.notices.zalo_tokens import access_token, can_send, note_sent, note_trouble

MOST_TEXT = 200
"""So long may what stands in a template's place be; what is longer is cut at a word."""
LIMITS = SendingLimits(most_time=timedelta(seconds=45), at_once=2)
FIELDS = (
    SettingField(
        name="app", label="Mã ứng dụng", called="mã ứng dụng Zalo", hint="App ID ở developers.zalo.me.", least=6
    ),
    SettingField(
        name="secret", label="Khóa ứng dụng", called="khóa ứng dụng Zalo", hint="Secret key của ứng dụng.", least=8
    ),
    SettingField(
        name="template",
        label="Mẫu tin",
        called="mã mẫu tin Zalo",
        hint="Mã mẫu đã duyệt, có hai chỗ trống: noi_dung và duong_dan.",
        least=3,
        most=20,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zalo:
    """Of one Official Account for the installation. Whether Zalo tells once what has one `tracking_id` nobody says in
    public, so it counts as a way without keys."""

    name: str = "zalo"
    label: str = "Zalo (ZNS)"
    word: str = "Tin Zalo"
    fields: tuple[SettingField, ...] = FIELDS
    limits: SendingLimits = LIMITS
    address: Address = Address.PHONE
    is_paid: bool = True
    http: Http = field(default_factory=Http)

    def takes_keys(self, entered: Mapping[str, str]) -> bool:
        return False

    def reaches(self, to: Receiver) -> bool:
        """Whether their first phone may have Zalo, and there is a token to ask with."""
        return bool(to.phones) and to.phones[0].is_mobile and can_send(reading(), now=clock.now())

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        token = access_token(reading(), now=clock.now())
        if token is None:
            raise NotTaken("zalo has no token", permanent=True)
        try:
            check_sent(self.http.send(_call(notice, to, entered, token)))
        except TokenRefused:
            with transaction() as session:
                note_trouble(session, "token", now=clock.now())
            raise
        except OutOfOrder as error:
            with transaction() as session:
                note_trouble(session, error.trouble, now=clock.now())
            raise
        with transaction() as session:
            note_sent(session)


def _call(notice: OutgoingNotice, to: Destination, entered: Mapping[str, str], token: str) -> Call:
    body = {
        "phone": to.phones[0].removeprefix("+"),
        "template_id": entered["template"],
        "template_data": {"noi_dung": _short(notice.sentence), "duong_dan": notice.link},
        "tracking_id": notice.key,
    }
    return Call(
        method="POST",
        url=send_address(),
        headers={"access_token": token, "Content-Type": "application/json"},
        body=json.dumps(body, ensure_ascii=False).encode(),
        is_idempotent=False,
    )


def _short(text: str) -> str:
    if len(text) <= MOST_TEXT:
        return text
    return text[: MOST_TEXT - 1].rpartition(" ")[0] + "…"
