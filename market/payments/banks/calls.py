"""What the market asks of a provider about its calls beside what they bring; a provider need not know of any of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from market.payments.ports import BankProvider, Headers
from market.payments.rules.calls import CallRefusal

FIRST_READING = 1
STEPS = (
    "Mở {noi}, vào phần báo giao dịch, bấm thêm mới rồi dán địa chỉ ở trên.",
    "Chọn báo khi có tiền vào. Kiểu nội dung tin để như {noi} chọn sẵn.",
    "Chọn đúng tài khoản {so}.",
    "Bấm gửi thử: trang này hết dòng nhắc màu vàng là đã nối đúng.",
)
"""What a seller does at a provider that has no words of its own for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A call as it goes over the wire."""

    body: bytes
    headers: dict[str, str]


def steps_at(provider: BankProvider, account: str) -> Sequence[str]:
    """What a seller does there so that it tells of an account, which is named in words."""
    steps: Sequence[str] = getattr(provider, "steps", STEPS)
    return [step.format(noi=provider.label, so=account) for step in steps]


def tells_of(provider: BankProvider) -> str:
    """What it tells of and what not, before a seller chooses it; nothing where it says nothing."""
    told: str = getattr(provider, "tells", "")
    return told


def reading_of(provider: BankProvider) -> int:
    """The number of the provider's way of reading: raised whenever it reads more than before, so that what was kept
    unread is read again."""
    number: int = getattr(provider, "reading", FIRST_READING)
    return number


def tells_of_transfers(provider: BankProvider | None) -> bool:
    """Whether it tells of what anybody transfers to the account; one that makes requests of its own may tell of those
    alone."""
    tells: bool = getattr(provider, "tells_of_transfers", True)
    return tells


def field_words(provider: BankProvider, names: str) -> str:
    """The fields of a call, as sellers would call them; those without a word are left out."""
    called: Mapping[str, str] = getattr(provider, "field_words", {})
    return ", ".join(called[name] for name in names.split(", ") if name in called)


def refusal_of(
    provider: BankProvider, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime
) -> CallRefusal:
    """Why a call that is not genuine is not."""
    why = getattr(provider, "why_not_genuine", None)
    return why(credentials, headers, body, now=now) if why else CallRefusal.WRONG_KEY
