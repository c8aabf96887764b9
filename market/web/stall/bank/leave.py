"""Leave to read that a seller gives at her provider's own page, on the way there and back.

What goes along and comes back names the stall and what its page showed, and is signed for the person who opened it:
nobody else's leave is taken for theirs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from market.base.errors import NotFound
from market.base.secrets import is_signed, sign

GOOD_FOR = timedelta(minutes=30)
PURPOSE = "let-ask"
OUTDATED = (
    "Lượt cho phép này đã cũ hoặc không phải của bạn. Chưa đổi gì cả, mời mở lại trang Tài khoản nhận tiền rồi bấm lại."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveState:
    """Which stall asks for leave, and `seen_of()` of what its page showed."""

    slug: str
    seen: str


def pack(state: LeaveState, person_id: int, *, now: datetime) -> str:
    """As it goes along: good for half an hour, for this person."""
    text = f"{state.slug}.{state.seen}.{int((now + GOOD_FOR).timestamp())}"
    return f"{text}.{sign(PURPOSE, f'{person_id}|{text}')}"


def unpack(packed: str, person_id: int, *, now: datetime) -> LeaveState:
    """As it comes back. NotFound, with what to do, where it is too old or was made for somebody else."""
    text, _, signature = packed.rpartition(".")
    if not is_signed(PURPOSE, f"{person_id}|{text}", signature):
        raise NotFound(OUTDATED)
    slug, seen, ends = text.split(".")
    if int(ends) < now.timestamp():
        raise NotFound(OUTDATED)
    return LeaveState(slug=slug, seen=seen)
