"""Text messages through one HTTP gateway: a JSON body, an idempotency key where the gateway knows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from market.base.errors import OutsideError
from market.base.http import TRY_AGAIN, Answer, Call, Http
from market.base.loopback import is_loopback
from market.base.ports import SettingField
from market.notices.ports import Address, Destination, NotTaken, OutgoingNotice, Receiver, SendingLimits

KEYS = "co"
"""What the operator enters where the gateway tells once what it is given twice under one key."""
LIMITS = SendingLimits(most_time=timedelta(seconds=45), at_once=2)
FIELDS = (
    SettingField(
        name="url",
        label="Địa chỉ cổng tin nhắn",
        called="địa chỉ cổng tin nhắn",
        hint="Địa chỉ https mà nhà cung cấp tin nhắn cho, nhận POST JSON.",
        least=10,
    ),
    SettingField(name="token", label="Mã của cổng", called="mã của cổng", hint="Nhà cung cấp cho.", least=8),
    SettingField(
        name="from",
        label="Tên người gửi",
        called="tên người gửi",
        hint="Tên thương hiệu (brandname) đã đăng ký, tới 11 chữ.",
        least=3,
        most=11,
    ),
    SettingField(
        name="keys",
        label="Cổng nhận khóa chống gửi lặp",
        called="có nhận khóa chống gửi lặp hay không",
        hint="Ghi co nếu cổng nhận Idempotency-Key, không nhận hoặc không rõ thì ghi khong.",
        least=2,
        most=5,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsGateway:
    """The `Sender` of text messages. The first phone of the recipient is texted."""

    name: str = "sms"
    label: str = "tin nhắn SMS"
    word: str = "Tin nhắn SMS"
    fields: tuple[SettingField, ...] = FIELDS
    limits: SendingLimits = LIMITS
    address: Address = Address.PHONE
    is_paid: bool = True
    http: Http = field(default_factory=Http)

    def takes_keys(self, entered: Mapping[str, str]) -> bool:
        return entered.get("keys", "").lower() == KEYS

    def reaches(self, to: Receiver) -> bool:
        return bool(to.phones) and to.phones[0].is_mobile

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        if not is_safe(entered["url"]):
            raise NotTaken("the gateway is not asked by https", permanent=False)
        body = {"from": entered["from"], "to": to.phones[0], "text": text_of(notice)}
        call = Call(
            method="POST",
            url=entered["url"],
            headers={
                "Authorization": f"Bearer {entered['token']}",
                "Content-Type": "application/json",
                "Idempotency-Key": notice.key,
            },
            body=json.dumps(body, ensure_ascii=False).encode(),
            is_idempotent=self.takes_keys(entered),
        )
        refuse_bad(self.http.send(call), "sms")


def is_safe(url: str) -> bool:
    """Whether nobody on the way reads what is sent there."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def text_of(notice: OutgoingNotice) -> str:
    return f"{notice.sentence} {notice.link}"


def refuse_bad(answer: Answer, way: str) -> None:
    """Nothing where the outside took the message. `NotTaken` for what it refused; where it answers with a fault of its
    own it may have taken it."""
    if answer.is_good:
        return
    if answer.status in (401, 403, 429):
        raise NotTaken(f"{way} answers {answer.status}", permanent=False)
    if answer.status not in TRY_AGAIN and answer.status < 500:
        raise NotTaken(f"{way} answers {answer.status}", permanent=True)
    raise OutsideError(f"{way} answers {answer.status}", permanent=False)
