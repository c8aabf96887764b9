"""What a person saw when they decided: a digest of the facts a page showed, compared once the row is locked.

A page that asks for a decision carries `seen_of(facts)` in a hidden field. The action locks, reads the same facts anew
and calls `check_seen`: what changed meanwhile is named, never decided unseen.
"""

import hashlib
from collections.abc import Mapping

from market.base.errors import Conflict

Facts = Mapping[str, str]
"""What the person calls a fact (`giá`) -> how the page showed it (`32.000 đ`)."""

UNSAID = "\x1f"
"""What follows this in a fact is compared, but not said: the keys of pictures."""

_LABEL, _VALUE = 6, 10
"""Hexadecimal digits kept of a label's digest and of a value's. Of thousands of labels two may share theirs."""

MOST_SAID = 12
"""So many changes are named, of a sheet of ten thousand rows too."""


class ChangedSince(Conflict):
    """The facts are no longer those the person saw; the sentence names what changed and says what it is now."""


def seen_of(facts: Facts) -> str:
    """The digest of facts: one piece each, so that the piece that changed can be named. `3fa09c01b2d4e5f6-…`."""
    return "-".join(_piece(label, value) for label, value in facts.items())


def check_seen(seen: str, facts: Facts) -> None:
    """Raises ChangedSince where one of the facts is not what was seen, came since, or is gone."""
    was = {piece for piece in seen.split("-") if piece}
    changed = [
        f"{label} (nay là {value.partition(UNSAID)[0]})"
        for label, value in facts.items()
        if _piece(label, value) not in was
    ]
    if not changed and was - {_piece(label, value) for label, value in facts.items()}:
        changed = ["nội dung"]
    if len(changed) > MOST_SAID:
        changed = [*changed[:MOST_SAID], f"và {len(changed) - MOST_SAID} chỗ khác"]
    if changed:
        raise ChangedSince(
            "changed_since_seen",
            f"Từ lúc bạn mở trang đã có thay đổi: {', '.join(changed)}. Chưa ghi gì cả, mời xem lại rồi bấm lần nữa.",
        )


def _piece(label: str, value: str) -> str:
    return _digest(label, _LABEL) + _digest(value, _VALUE)


def _digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
