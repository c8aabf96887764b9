"""Casso's bank notices, webhook v2 (casso.vn): one transaction a call, money that left with a minus, at least once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from market.base.ports import SettingField
from market.payments.banks.casso.signing import HEADER, is_signed, signed_at
from market.payments.banks.fields import (
    account_number,
    is_negative,
    moment_of,
    money_in,
    optional,
    other_account,
    read_object,
    text,
    whole,
)
from market.payments.ports import CallLimits, Headers, Reading, Reply
from market.payments.rules.calls import CallRefusal
from market.payments.rules.matching import BankTransaction

DRIFT = timedelta(minutes=5)
LIMITS = CallLimits(body_bytes=64 * 1024, failures_a_minute=240)
TRIAL = "MA_GIAO_DICH_THU_NGHIEM"
FIELD_WORDS = {
    "data": "phần kể giao dịch",
    "id": "số giao dịch",
    "amount": "số tiền",
    "transactionDateTime": "ngày giờ",
    "accountNumber": "số tài khoản",
    "virtualAccountNumber": "số tài khoản ảo",
    "counterAccountNumber": "số tài khoản người chuyển",
    "description": "nội dung chuyển khoản",
    "reference": "số tham chiếu",
}
"""What of a call may be odd, as sellers call it."""


@dataclass(frozen=True, slots=True)
class Casso:
    """Casso as `ports.BankProvider` wants it. It is not asked: nothing public says that the numbers and the times of
    its API are those of its calls, and what is confirmed by guess is no evidence."""

    name: str = "casso"
    label: str = "Casso"
    fields: tuple[SettingField, ...] = (
        SettingField(
            name="key",
            label="Khóa bảo mật Casso cho bạn",
            called="khóa bảo mật",
            hint="Trong Casso, ở phần kết nối kiểu Webhook V2, chép khóa bảo mật (Key bảo mật) rồi dán vào đây. "
            "Chợ cất kín, không hiện lại.",
            least=8,
        ),
    )
    limits: CallLimits = LIMITS
    lookup: None = None
    reading: int = 2
    field_words: Mapping[str, str] = field(default_factory=lambda: FIELD_WORDS)
    tells: str = (
        "Casso báo mọi khoản chuyển vào tài khoản, có ngân hàng chậm vài phút. Chợ chưa hỏi lại Casso được nên xã chưa "
        "tính các đơn ấy vào chỉ tiêu."
    )
    steps: Sequence[str] = (
        "Mở Casso, vào phần kết nối, thêm kết nối kiểu Webhook V2 rồi dán địa chỉ ở trên.",
        "Chọn đúng tài khoản {so}, chọn báo khi có giao dịch tiền vào.",
        "Chép khóa bảo mật hiện ở đó, dán vào ô bên dưới nếu lúc nối bạn chưa dán đúng.",
        "Bấm gọi thử: trang này hết dòng nhắc màu vàng là đã nối đúng.",
    )

    def is_genuine(self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime) -> bool:
        """Both signed with this key and sent within five minutes of now, before or after."""
        return _is_signed(credentials, headers, body) and _is_recent(headers, now)

    def why_not_genuine(
        self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime
    ) -> CallRefusal:
        """Casso's older webhook shows a plain word in place of a signature."""
        if signed_at(headers.get(HEADER, "")) is None:
            return CallRefusal.OTHER_WAY
        return CallRefusal.OLD if _is_signed(credentials, headers, body) else CallRefusal.WRONG_KEY

    def read(self, body: bytes) -> Reading:
        """Casso tells of one transaction a call."""
        fields = read_object(body).get("data")
        if not isinstance(fields, dict):
            return Reading(odd=("data",))
        try:
            notice = _notice(fields)
        except ValueError as error:
            return Reading(odd=(str(error),))
        return Reading(transactions=(notice,) if notice else ())

    def reply(self, *, kept: bool) -> Reply:
        """Casso's strict mode wants this, to the letter."""
        return Reply(body='{"success": true}' if kept else '{"success": false}')


def _is_signed(credentials: Mapping[str, str], headers: Headers, body: bytes) -> bool:
    """Whether a call bears this key's signature; what is no JSON was signed by nobody."""
    try:
        return is_signed(credentials["key"], headers.get(HEADER, ""), read_object(body))
    except (ValueError, RecursionError):
        return False


def _is_recent(headers: Headers, now: datetime) -> bool:
    at = signed_at(headers.get(HEADER, ""))
    return at is not None and abs(now.timestamp() - at / 1000) <= DRIFT.total_seconds()


def _notice(fields: Mapping[str, object]) -> BankTransaction | None:
    """The transaction; None for money that left and for a trial call."""
    number, reference = whole("id", fields), text("reference", fields)
    if number == 0 or reference == TRIAL or is_negative(fields.get("amount")):
        return None
    amount = money_in("amount", fields)
    account, virtual = account_number("accountNumber", fields), other_account("virtualAccountNumber", fields)
    if not account:
        raise ValueError("accountNumber")
    return BankTransaction(
        provider_txn_id=str(number),
        accounts=(account, virtual) if virtual else (account,),
        amount=amount,
        memo=text("description", fields),
        bank_ref=reference,
        occurred_at=moment_of("transactionDateTime", fields),
        payer=other_account("counterAccountNumber", fields),
        payer_bank=optional("counterAccountBankId", fields) or optional("counterAccountBankName", fields),
        payer_name=optional("counterAccountName", fields),
    )
