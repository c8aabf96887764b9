"""Money that goes back to a buyer: on whose word, what became of it, and what its transfer says."""

import enum

from market.values.codes import find_codes, squash

WORD = "HOAN"
"""Before an order's code in the memo of a transfer back: `HOAN` and the code."""
_WORD = squash(WORD)


class RefundKind(enum.StrEnum):
    """Who said first that money went back: the seller, or her bank's record of money that left."""

    SELLER = "nguoi_ban"
    BANK = "ngan_hang"


class RefundAnswerKind(enum.StrEnum):
    """What was said of a refund since: the buyer has it or has not, her bank's record or the card gateway shows it."""

    BUYER = "nguoi_mua"
    NOT_GOT = "chua_nhan"
    BANK = "ngan_hang"
    CARD = "the"


class RefundState(enum.Enum):
    """Where a refund stands: her word alone, shown to have arrived, or the buyer says that it has not."""

    TOLD = enum.auto()
    PROVEN = enum.auto()
    DISPUTED = enum.auto()


_STATES = {
    None: RefundState.TOLD,
    RefundAnswerKind.BANK: RefundState.PROVEN,
    RefundAnswerKind.CARD: RefundState.PROVEN,
    RefundAnswerKind.BUYER: RefundState.PROVEN,
    RefundAnswerKind.NOT_GOT: RefundState.DISPUTED,
}


def refund_state(last: RefundAnswerKind | None) -> RefundState:
    """Where a refund stands after the last thing that was said of it; None: nothing was."""
    return _STATES[last]


def may_be_missed(last: RefundAnswerKind | None) -> bool:
    """Whether the buyer may still say that it has not come: not after their own yes."""
    return last in (None, RefundAnswerKind.BANK, RefundAnswerKind.CARD)


def refund_memo(code: str) -> str:
    """What the transfer back of an order's money says."""
    return f"{WORD} {code}"


def names_refund(memo: str) -> bool:
    """Whether money that left may be one of ours at all: all else is not kept."""
    return _WORD in squash(memo)


def refunded_codes(memo: str, letters: str) -> tuple[str, ...]:
    """The orders whose money a transfer says that it gives back; none where it does not say so."""
    return find_codes(memo, letters) if names_refund(memo) else ()
