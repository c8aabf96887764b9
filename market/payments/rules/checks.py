"""Whether what a bank's notice says is what its provider tells when we ask, and when it is asked again."""

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from market.values.codes import find_codes

SAME_TIME = timedelta(minutes=5)
"""A notice and its provider's own books give the very same minute; what is further apart is another transaction."""
ASK_AGAIN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""How long is waited before the first ask, the second, and so on; the last goes on day by day."""
GIVE_UP_AFTER = timedelta(days=30)
LOOK_AGAIN_AFTER = timedelta(days=7)
"""What was confirmed is asked about once more: a transaction may be taken back."""


class CheckOutcome(enum.StrEnum):
    """What came of asking the provider about one notice."""

    CONFIRMED = "khop"
    UNKNOWN = "khong_thay"
    DIFFERS = "khac"
    GAVE_UP = "thoi_hoi"


class Difference(enum.StrEnum):
    """In what the provider tells otherwise than the notice did; the last: the transaction has confirmed another notice
    already, so that it is not told twice to count twice."""

    ACCOUNT = "tai_khoan"
    DIRECTION = "chieu_tien"
    AMOUNT = "so_tien"
    TIME = "thoi_gian"
    CODE = "ma_don"
    COUNTED = "da_tinh"


class AskProblem(enum.StrEnum):
    """Why a provider could not be asked."""

    REFUSED = "khong_nhan_ma"
    TOO_OFTEN = "hoi_qua_nhieu"
    AWAY = "khong_tra_loi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Where money came from, as a provider tells it: an account's number without its bank."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTransfer:
    """A transaction as its provider tells it when asked. `amount` in đồng; `payer` is None where it does not say."""

    provider_txn_id: str
    accounts: tuple[str, ...] = field(repr=False)
    is_incoming: bool
    amount: int
    memo: str
    occurred_at: datetime
    payer: Payer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What a notice said, the number of the account it is about, and the letters that begin its commune's codes."""

    account: str = field(repr=False)
    amount: int
    memo: str
    occurred_at: datetime
    letters: str


def differences(noticed: Noticed, told: ToldTransfer) -> tuple[Difference, ...]:
    """In what the two differ, none where they are the same transaction.

    Of the memo only the order codes count: they decide what the money is for, and all else a bank may write anew.
    """
    codes = [set(find_codes(memo, noticed.letters)) for memo in (noticed.memo, told.memo)]
    found = {
        Difference.ACCOUNT: noticed.account not in told.accounts,
        Difference.DIRECTION: not told.is_incoming,
        Difference.AMOUNT: noticed.amount != told.amount,
        Difference.TIME: abs(noticed.occurred_at - told.occurred_at) > SAME_TIME,
        Difference.CODE: codes[0] != codes[1],
    }
    return tuple(one for one, is_so in found.items() if is_so)


def check_words(label: str, outcome: CheckOutcome | None, *, was_confirmed: bool) -> str:
    """What a seller reads beside money that a notice told of, after what its provider told last."""
    if was_confirmed and outcome is not CheckOutcome.CONFIRMED:
        return f"{label} từng xác nhận, nay không còn thấy khoản này"
    return {
        CheckOutcome.CONFIRMED: f"{label} đã xác nhận",
        CheckOutcome.UNKNOWN: f"{label} chưa thấy khoản này, xã chưa tính vào chỉ tiêu",
        CheckOutcome.DIFFERS: f"{label} nói khác với báo có, xã không tính vào chỉ tiêu",
        CheckOutcome.GAVE_UP: f"Không hỏi được {label}, xã không tính vào chỉ tiêu",
        None: f"Chưa hỏi được {label}, xã chưa tính vào chỉ tiêu",
    }[outcome]


def ask_first(received_at: datetime) -> datetime:
    return received_at + ASK_AGAIN_AFTER[0]


def ask_next(
    outcome: CheckOutcome, *, times: int, was_confirmed: bool, received_at: datetime, now: datetime
) -> datetime | None:
    """When a notice that was asked about so many times is asked about again; None: never."""
    if was_confirmed or outcome is CheckOutcome.GAVE_UP:
        return None
    if outcome is CheckOutcome.CONFIRMED:
        return now + LOOK_AGAIN_AFTER
    again = now + pause_after(times)
    return None if is_given_up(received_at, again) else again


def pause_after(times: int) -> timedelta:
    """How long is waited after so many tries without what was asked for."""
    return ASK_AGAIN_AFTER[min(times, len(ASK_AGAIN_AFTER) - 1)]


def is_given_up(received_at: datetime, now: datetime) -> bool:
    return now - received_at >= GIVE_UP_AFTER
