"""SePay's bank notices (developer.sepay.vn): one transaction a call, HMAC over the raw body, at least once."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from market.base.ports import SettingField
from market.payments.banks.fields import (
    account_number,
    is_negative,
    moment_of,
    money_in,
    optional,
    other_account,
    text,
    whole,
)
from market.payments.banks.sepay.bodies import fields_of
from market.payments.banks.sepay.books import SePayLookup
from market.payments.ports import CallLimits, Headers, Reading, Reply, TransferLookup
from market.payments.rules.calls import CallRefusal
from market.payments.rules.matching import BankTransaction
from market.payments.rules.refunds import names_refund
from market.values.codes import squash

DRIFT = timedelta(minutes=5)
TIMESTAMP_HEADER = "X-SePay-Timestamp"
SIGNATURE_HEADER = "X-SePay-Signature"
LIMITS = CallLimits(body_bytes=64 * 1024, failures_a_minute=240)
LOOKUP = SePayLookup()
_SECONDS = re.compile(r"[0-9]{1,12}")
FIELD_WORDS = {
    "id": "số giao dịch",
    "transferType": "chỗ ghi tiền vào hay tiền ra",
    "transferAmount": "số tiền",
    "transactionDate": "ngày giờ",
    "accountNumber": "số tài khoản",
    "subAccount": "số tài khoản phụ",
    "content": "nội dung chuyển khoản",
    "description": "nội dung chuyển khoản",
    "code": "mã đơn",
    "referenceCode": "số tham chiếu",
}
"""What of a call may be odd, as sellers call it."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and the hex HMAC-SHA256 of `{timestamp}.{raw body}`."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


@dataclass(frozen=True, slots=True)
class SePay:
    """SePay as `ports.BankProvider` wants it."""

    name: str = "sepay"
    label: str = "SePay"
    fields: tuple[SettingField, ...] = (
        SettingField(
            name="secret",
            label="Khóa riêng SePay cho bạn",
            called="khóa riêng",
            hint="Trong SePay, ở bước bảo mật chọn kiểu ghi “khuyên dùng”, chép khóa SePay cho và dán vào đây. "
            "Chợ cất kín, không hiện lại.",
            least=8,
        ),
    )
    limits: CallLimits = LIMITS
    lookup: TransferLookup | None = LOOKUP
    reading: int = 3
    field_words: Mapping[str, str] = field(default_factory=lambda: FIELD_WORDS)
    tells: str = (
        "SePay báo mọi khoản chuyển vào tài khoản trong vài giây, và chợ hỏi lại SePay được: đơn trả như vậy xã tính "
        "vào chỉ tiêu."
    )

    def is_genuine(self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime) -> bool:
        """Both signed with this secret and sent within five minutes of now, before or after."""
        secret = credentials["secret"]
        timestamp = headers.get(TIMESTAMP_HEADER, "")
        given = headers.get(SIGNATURE_HEADER, "")
        if not _SECONDS.fullmatch(timestamp):
            return False
        is_signed = hmac.compare_digest(signature(secret, timestamp, body).encode(), given.encode())
        return is_signed and abs(now.timestamp() - int(timestamp)) <= DRIFT.total_seconds()

    def why_not_genuine(
        self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime
    ) -> CallRefusal:
        """SePay has other ways to show who calls, which say nothing of what is inside: those have no signature."""
        timestamp, given = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
        if not given or not _SECONDS.fullmatch(timestamp):
            return CallRefusal.OTHER_WAY
        is_signed = hmac.compare_digest(signature(credentials["secret"], timestamp, body).encode(), given.encode())
        return CallRefusal.OLD if is_signed else CallRefusal.WRONG_KEY

    def read(self, body: bytes) -> Reading:
        """SePay tells of one transaction a call."""
        fields = fields_of(body)
        try:
            has_left, notice = _has_left(fields), _notice(fields)
        except ValueError as error:
            return Reading(odd=(str(error),))
        if notice is None:
            return Reading()
        return Reading(sent=(notice,)) if has_left else Reading(transactions=(notice,))

    def reply(self, *, kept: bool) -> Reply:
        """SePay sends a call again until it reads this, to the letter."""
        return Reply(body='{"success": true}' if kept else '{"success": false}')


def _has_left(fields: Mapping[str, object]) -> bool:
    """Whether the money left the account."""
    direction = fields.get("transferType")
    if direction not in ("in", "out"):
        raise ValueError("transferType")
    return direction == "out"


def _notice(fields: Mapping[str, object]) -> BankTransaction | None:
    """The transaction; None for money that left without a word of a refund, and for a trial call."""
    number = whole("id", fields)
    if number == 0 or (_has_left(fields) and not names_refund(_memo(fields))):
        return None
    if is_negative(fields.get("transferAmount")):  # money that left, however it is called
        return None
    amount = money_in("transferAmount", fields)
    account, virtual = account_number("accountNumber", fields), other_account("subAccount", fields)
    if not account:
        raise ValueError("accountNumber")
    return BankTransaction(
        provider_txn_id=str(number),
        accounts=(account, virtual) if virtual else (account,),
        amount=amount,
        memo=_memo(fields),
        bank_ref=optional("referenceCode", fields),
        occurred_at=moment_of("transactionDate", fields),
    )


def _memo(fields: Mapping[str, object]) -> str:
    """The memo as the bank gave it, else the bank's message; with the code SePay found, where it is not in it."""
    memo, code = text("content", fields) or optional("description", fields), optional("code", fields)
    return memo if squash(code) in squash(memo) else f"{memo} {code}".strip()
