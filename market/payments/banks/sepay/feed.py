"""SePay's bank notices (developer.sepay.vn): one transaction a call, HMAC over the raw body, at least once."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from market.base.ports import SettingField
from market.payments.ports import CallLimits, Headers, Reading, Reply
from market.payments.rules.matching import BankTransaction
from market.values.codes import squash
from market.values.period import VIETNAM
from market.values.text import nfc

DRIFT = timedelta(minutes=5)
TIMESTAMP_HEADER = "X-SePay-Timestamp"
SIGNATURE_HEADER = "X-SePay-Signature"
LIMITS = CallLimits(body_bytes=64 * 1024, failures_a_minute=240)
LARGEST_AMOUNT = 10**13
LARGEST_ID = 2**63
_SECONDS = re.compile(r"[0-9]{1,12}")
_DIGITS = re.compile(r"[0-9]{1,19}")


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
            label="Khóa bí mật SePay cho bạn",
            called="khóa bí mật",
            hint="Trong SePay: mở phần báo giao dịch, chọn kiểu bảo mật HMAC, chép khóa bí mật và dán vào đây. "
            "Chợ cất kín, không hiện lại.",
            least=8,
        ),
    )
    limits: CallLimits = LIMITS

    def is_genuine(self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime) -> bool:
        """Both signed with this secret and sent within five minutes of now, before or after."""
        secret = credentials["secret"]
        timestamp = headers.get(TIMESTAMP_HEADER, "")
        given = headers.get(SIGNATURE_HEADER, "")
        if not _SECONDS.fullmatch(timestamp):
            return False
        is_signed = hmac.compare_digest(signature(secret, timestamp, body).encode(), given.encode())
        return is_signed and abs(now.timestamp() - int(timestamp)) <= DRIFT.total_seconds()

    def read(self, body: bytes) -> Reading:
        """SePay tells of one transaction a call."""
        notice = _notice(_object(body))
        return Reading(transactions=(notice,) if notice else ())

    def reply(self, *, kept: bool) -> Reply:
        """SePay sends a call again until it reads this, to the letter."""
        return Reply(body='{"success": true}' if kept else '{"success": false}')


def _notice(fields: Mapping[str, object]) -> BankTransaction | None:
    """The transaction; None for money that left and for a trial call."""
    direction = fields.get("transferType")
    if direction not in ("in", "out"):
        raise ValueError("transferType")
    number = _whole("id", fields, LARGEST_ID)
    if direction == "out" or number == 0:
        return None
    if _is_negative(fields.get("transferAmount")):  # money that left, however it is called
        return None
    amount = _whole("transferAmount", fields, LARGEST_AMOUNT)
    if amount == 0:
        raise ValueError("transferAmount")
    account, virtual = _number("accountNumber", fields), _number("subAccount", fields)
    if not account:
        raise ValueError("accountNumber")
    return BankTransaction(
        provider_txn_id=str(number),
        accounts=(account, virtual) if virtual else (account,),
        amount=amount,
        memo=_memo(fields),
        bank_ref=_text("referenceCode", fields),
        occurred_at=_moment(_text("transactionDate", fields)),
    )


def _is_negative(amount: object) -> bool:
    return not isinstance(amount, bool) and isinstance(amount, int | float) and amount < 0


def _memo(fields: Mapping[str, object]) -> str:
    """The memo as the bank gave it, else the bank's message; with the code SePay found, where it is not in it."""
    memo, code = _text("content", fields) or _text("description", fields), _text("code", fields)
    return memo if squash(code) in squash(memo) else f"{memo} {code}".strip()


def _object(body: bytes) -> dict[str, object]:
    try:
        read: object = json.loads(body, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(read, dict):
        raise ValueError("not an object")
    return read


def _no_number(name: str) -> object:
    raise ValueError(name)


def _whole(name: str, fields: Mapping[str, object], limit: int) -> int:
    """A whole number from 0 on, written as one, as its digits in text, or with nothing but zeros after the point."""
    value = fields.get(name)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < limit:
        raise ValueError(name)
    return value


def _text(name: str, fields: Mapping[str, object]) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(name)
    return nfc(value)


def _number(name: str, fields: Mapping[str, object]) -> str:
    """An account number as the market keeps it, however the bank writes it."""
    return _text(name, fields).replace(" ", "").upper()


def _moment(text: str) -> datetime:
    """Vietnam's time, written without a zone."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VIETNAM)
