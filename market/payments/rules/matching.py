"""Which order a bank's notice may be for: an exact code pays by itself, a near one is only suggested."""

import enum
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from market.values.codes import squash
from market.values.money import Dong
from market.values.spelling import deletions, is_one_slip


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTransaction:
    """A bank's notice of money that came in, whichever provider brought it. `amount` in đồng.

    `accounts` are the numbers it may have come in on: the account's own and, at some banks, a virtual one. `payer`: the
    number of the account that it came from, nothing where nobody says; `payer_bank` and `payer_name`: its bank's BIN or
    name, and whose it is, as they were told.
    """

    provider_txn_id: str
    accounts: tuple[str, ...]
    amount: int
    memo: str
    bank_ref: str
    occurred_at: datetime
    payer: str = field(default="", repr=False)
    payer_bank: str = ""
    payer_name: str = field(default="", repr=False)


class Unmatched(enum.StrEnum):
    """Why money waits for a person."""

    IN_PROGRESS = "dang_xem"
    NO_CODE = "khong_co_ma"
    UNKNOWN_CODE = "ma_la"
    SEVERAL_ORDERS = "nhieu_don"
    ORDER_CLOSED = "don_da_dong"
    WRONG_ACCOUNT = "sai_tai_khoan"
    REVERSED = "da_go"
    NOT_MATCHED = "khong_doi_chieu"
    OWN_WORD = "da_tu_ghi"
    TOLD_TWICE = "nghi_trung"


UNMATCHED_WORDS = {
    Unmatched.IN_PROGRESS: "Đang đối chiếu.",
    Unmatched.NO_CODE: "Nội dung chuyển khoản không có mã đơn.",
    Unmatched.UNKNOWN_CODE: "Mã trong nội dung không phải đơn nào của gian hàng.",
    Unmatched.SEVERAL_ORDERS: "Nội dung có mã của nhiều đơn, số tiền không khớp tổng.",
    Unmatched.ORDER_CLOSED: "Đơn này không còn chờ tiền. Nếu không giao hàng nữa, mời chuyển trả khách.",
    Unmatched.WRONG_ACCOUNT: "Tiền vào tài khoản khác với tài khoản của gian hàng.",
    Unmatched.REVERSED: "Đã gỡ khỏi đơn. Mời chọn đúng đơn.",
    Unmatched.OWN_WORD: (
        "Đơn này bạn đã tự ghi đủ tiền nên chợ chưa ghi thêm. Nếu là cùng một khoản, mời gỡ chỗ bạn tự ghi ở “Tiền vào "
        "gần đây” rồi ghi khoản này vào đơn. Nếu khách chuyển thừa, mời chuyển trả khách."
    ),
    Unmatched.TOLD_TWICE: (
        "Nghi trùng: có một khoản nữa từ nơi khác, cùng số tham chiếu, cùng số tiền, cùng lúc, nên khoản này chưa ghi "
        "vào đơn. Mời mở app ngân hàng: chỉ thấy một khoản thì bấm “Là cùng một khoản”, thấy hai khoản thì bấm “Là "
        "khoản khác”."
    ),
    Unmatched.NOT_MATCHED: "Chợ của xã chưa đối chiếu tiền tự động. Mời xem tài khoản của bạn rồi tự chọn đơn.",
}


PAID_WITHIN = timedelta(days=7)
"""An amount alone says something for so long after an order was placed."""


class Likeness(enum.IntEnum):
    """How much a notice looks like an order's payment, the best first."""

    SAME_CODE = enum.auto()
    NEAR_CODE_SAME_AMOUNT = enum.auto()
    SAME_PAYER_SAME_AMOUNT = enum.auto()
    NEAR_CODE = enum.auto()
    SAME_AMOUNT = enum.auto()
    SAME_PAYER = enum.auto()


LIKENESS_WORDS = {
    Likeness.SAME_CODE: "Đúng mã đơn",
    Likeness.NEAR_CODE_SAME_AMOUNT: "Mã gần giống, đúng số tiền",
    Likeness.SAME_PAYER_SAME_AMOUNT: "Từ tài khoản khách này từng trả, đúng số tiền",
    Likeness.SAME_PAYER: "Từ tài khoản khách này từng trả, khác số tiền",
    Likeness.NEAR_CODE: "Mã gần giống, khác số tiền",
    Likeness.SAME_AMOUNT: "Đúng số tiền",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An order that money may be for: `remaining` is what it still asks for, `buyer` stands for whose it is."""

    order_id: int
    code: str
    remaining: Dong
    placed_at: datetime
    buyer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Display only: a person confirms."""

    order_id: int
    code: str
    remaining: Dong
    likeness: Likeness


class Suggester:
    """Finds the orders a memo may have meant, among many, without comparing each code with each word.

    Codes that differ by one letter (changed, left out, put in, or swapped with its neighbour) share a form with one
    letter left out; so every code is filed under those forms, and looked up by those of the memo's pieces.
    """

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._candidates = tuple(candidates)
        self._filed: dict[str, list[tuple[str, Candidate]]] = {}
        self._asking: dict[int, list[Candidate]] = {}
        for candidate in self._candidates:
            code = squash(candidate.code)
            self._asking.setdefault(candidate.remaining, []).append(candidate)
            for form in deletions(code):
                self._filed.setdefault(form, []).append((code, candidate))

    def suggest(
        self, memo: str, amount: int, at: datetime, *, payers: Collection[str] = (), most: int = 3
    ) -> tuple[Suggestion, ...]:
        """The likeliest orders for money of this amount that came in at this time, the best first. `payers`: the buyers
        who paid from this account before."""
        best = self._by_code(squash(memo), amount)
        for candidate in self._candidates if payers else self._asking.get(amount, ()):
            if (likeness := _likeness_without_code(candidate, amount, at, payers)) is not None:
                known = best.get(candidate.order_id)
                if known is None or likeness < known[0]:
                    best[candidate.order_id] = (likeness, candidate)
        ranked = sorted(best.values(), key=lambda found: (found[0], abs(at - found[1].placed_at), found[1].order_id))
        return tuple(
            Suggestion(
                order_id=candidate.order_id, code=candidate.code, remaining=candidate.remaining, likeness=likeness
            )
            for likeness, candidate in ranked[:most]
        )

    def _by_code(self, memo: str, amount: int) -> dict[int, tuple[Likeness, Candidate]]:
        best: dict[int, tuple[Likeness, Candidate]] = {}
        lengths = {len(code) for filed in self._filed.values() for code, _ in filed}
        for piece in _pieces(memo, lengths):
            for form in deletions(piece):
                for code, candidate in self._filed.get(form, ()):
                    if is_one_slip(piece, code):  # as the piece without its last letter is, where the whole code stands
                        likeness = _likeness(code in memo, candidate.remaining == amount)
                        best[candidate.order_id] = (likeness, candidate)
        return best


def _likeness_without_code(candidate: Candidate, amount: int, at: datetime, payers: Collection[str]) -> Likeness | None:
    """How much money looks like an order's by its amount, its time and who paid; None where in none of them. An order
    that was placed later, or is fully paid, is not what somebody paid for."""
    if candidate.placed_at > at or not candidate.remaining:
        return None
    is_same_amount = candidate.remaining == amount
    if candidate.buyer and candidate.buyer in payers:
        return Likeness.SAME_PAYER_SAME_AMOUNT if is_same_amount else Likeness.SAME_PAYER
    return Likeness.SAME_AMOUNT if is_same_amount and at - candidate.placed_at <= PAID_WITHIN else None


def _likeness(is_exact: bool, is_same_amount: bool) -> Likeness:
    if is_exact:
        return Likeness.SAME_CODE
    return Likeness.NEAR_CODE_SAME_AMOUNT if is_same_amount else Likeness.NEAR_CODE


def _pieces(text: str, lengths: set[int]) -> Iterator[str]:
    """Every run of the text that is as long as a code, or one letter shorter or longer, and what is left at its end."""
    sizes = {size + by for size in lengths for by in (-1, 0, 1)}
    for size in sizes:
        for at in range(len(text)):
            yield text[at : at + size]


def split_exactly(amount: int, asked: Sequence[int]) -> bool:
    """Whether money that names several orders pays all of them to the đồng: only then is it split by itself."""
    return len(asked) > 1 and all(part > 0 for part in asked) and sum(asked) == amount
