"""payOS's notices (payos.vn): one payment a call, told only of what was paid by a request that payOS itself made."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from market.base.ports import SettingField
from market.payments.banks.fields import (
    account_number,
    is_negative,
    moment_of,
    money_in,
    optional,
    other_account,
    read_object,
    text,
)
from market.payments.banks.payos.signing import signature
from market.payments.ports import CallLimits, Headers, Reading, Reply
from market.payments.rules.calls import CallRefusal
from market.payments.rules.matching import BankTransaction

LIMITS = CallLimits(body_bytes=64 * 1024, failures_a_minute=240)
PAID = "00"
TRIAL_ORDER = 123
TRIAL = {
    "reference": "TF230204212323",
    "description": "VQRIO123",
    "accountNumber": "12345678",
    "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18",
}
"""Of the payment that payOS sends to try an address: order 123 and any of these. A shop's own order 123 is money."""
FIELD_WORDS = {
    "data": "phần kể giao dịch",
    "amount": "số tiền",
    "transactionDateTime": "ngày giờ",
    "accountNumber": "số tài khoản",
    "virtualAccountNumber": "số tài khoản ảo",
    "counterAccountNumber": "số tài khoản người chuyển",
    "description": "nội dung chuyển khoản",
    "reference": "số tham chiếu",
    "currency": "loại tiền",
}
"""What of a call may be odd, as sellers call it."""


@dataclass(frozen=True, slots=True)
class PayOS:
    """payOS as `ports.BankProvider` wants it. It cannot be asked about a plain transfer: it knows its own requests."""

    name: str = "payos"
    label: str = "payOS"
    fields: tuple[SettingField, ...] = (
        SettingField(
            name="checksum_key",
            label="Checksum Key của kênh thanh toán",
            called="Checksum Key",
            hint="Trong payOS, mở kênh thanh toán của bạn, chép ô Checksum Key rồi dán vào đây. Chợ cất kín, không "
            "hiện lại.",
            least=8,
        ),
    )
    limits: CallLimits = LIMITS
    lookup: None = None
    reading: int = 2
    field_words: Mapping[str, str] = field(default_factory=lambda: FIELD_WORDS)
    tells_of_transfers: bool = False
    tells: str = (
        "payOS chỉ báo khoản khách trả qua mã do chính payOS làm ra. Khách quét mã QR của chợ, hay tự chuyển khoản, "
        "thì payOS không báo: bạn xem app ngân hàng rồi bấm Đã nhận tiền. Chợ không hỏi lại payOS được nên xã chưa "
        "tính các đơn ấy vào chỉ tiêu."
    )
    steps: Sequence[str] = (
        "Mở payOS, vào kênh thanh toán của tài khoản {so}.",
        "Ở ô Webhook, dán địa chỉ ở trên rồi bấm lưu, payOS gọi thử một lần.",
        "Khi tạo mã trả tiền trong payOS, ghi mã đơn của chợ vào nội dung: không có thì chợ không biết của đơn nào.",
        "Trang này hết dòng nhắc màu vàng là đã nối đúng.",
    )

    def is_genuine(self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime) -> bool:
        """Signed with this key. payOS writes no moment into what it signs: a call that is sent once more is genuine,
        and what is known already stays as it is."""
        try:
            read = read_object(body)
            data, given = read.get("data"), read.get("signature")
            if not isinstance(data, dict) or not isinstance(given, str):
                return False
            made = signature(credentials["checksum_key"], data)
        except (ValueError, RecursionError):
            return False
        return hmac.compare_digest(made.encode(), given.lower().encode("utf-8", "replace"))

    def why_not_genuine(
        self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime
    ) -> CallRefusal:
        return CallRefusal.WRONG_KEY

    def read(self, body: bytes) -> Reading:
        """payOS tells of one payment a call."""
        fields = read_object(body).get("data")
        if not isinstance(fields, dict):
            return Reading(odd=("data",))
        try:
            notice = _notice(fields)
        except ValueError as error:
            return Reading(odd=(str(error),))
        return Reading(transactions=(notice,) if notice else ())

    def reply(self, *, kept: bool) -> Reply:
        """payOS reads the status alone."""
        return Reply(body='{"success": true}' if kept else '{"success": false}')


def _notice(fields: Mapping[str, object]) -> BankTransaction | None:
    """The payment; None for one that failed, money that left and a trial call."""
    if fields.get("code", PAID) != PAID or _is_trial(fields) or is_negative(fields.get("amount")):
        return None
    if text("currency", fields) not in ("", "VND"):
        raise ValueError("currency")
    amount = money_in("amount", fields)
    account, virtual = account_number("accountNumber", fields), other_account("virtualAccountNumber", fields)
    if not account:
        raise ValueError("accountNumber")
    link, reference = text("paymentLinkId", fields), text("reference", fields)
    if not reference:
        raise ValueError("reference")
    return BankTransaction(
        provider_txn_id=f"{link}:{reference}",
        accounts=(account, virtual) if virtual else (account,),
        amount=amount,
        memo=text("description", fields),
        bank_ref=reference,
        occurred_at=moment_of("transactionDateTime", fields),
        payer=other_account("counterAccountNumber", fields),
        payer_bank=optional("counterAccountBankId", fields) or optional("counterAccountBankName", fields),
        payer_name=optional("counterAccountName", fields),
    )


def _is_trial(fields: Mapping[str, object]) -> bool:
    is_told = any(fields.get(name) == value for name, value in TRIAL.items())
    return fields.get("orderCode") == TRIAL_ORDER and is_told
