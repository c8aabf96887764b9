"""What a stall may be called: nothing that buyers read as another stall, an authority or a bank.

Two names look alike where nothing is left to tell them apart once marks, case, blanks and letters that look alike are
gone. Letters that look alike are `decancer`'s (after Unicode's confusables.txt, UTS 39); it knows no Vietnamese marks,
which go first.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

from market.sellers.rules.banks import BANKS
from market.values.text import fold, half_width, nfc, unmark

_SHORT = 4
"""A bank's name with fewer letters (`VIB`, `MSB`) is too often part of another word's abbreviation."""
_SEEN_ALIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))
"""What looks alike though it is ASCII."""
_WORD = re.compile(r"\w+")
_NOT_LETTER = re.compile(r"[^a-z0-9]+")


def reason_against_name(name: str, *, official: Iterable[str], others: Iterable[str], hamlet: str) -> str | None:
    """Why a stall may not be called so; None where it may.

    `official`: what the commune and its office are called. `others`: the names of the commune's other stalls.
    `hamlet`: the stall's own, by which two of one name can be told apart.
    """
    if odd := odd_letters(name):
        return (
            f"Tên có chữ không phải chữ Việt: “{odd}”. Bàn phím hoặc chỗ chép tên đã đưa chữ lạ vào. "
            "Mời xóa tên và gõ lại bằng bàn phím tiếng Việt."
        )
    if not fold(name):
        return "Tên cần có chữ để khách đọc được. Mời viết lại."
    if claimed := _spoken_for(name, official):
        return (
            f"Tên có “{claimed}” làm khách tưởng là cơ quan, ngân hàng hoặc chính chợ. "
            "Mời đặt tên theo người bán hoặc món hàng, ví dụ: Rau bà Lan."
        )
    look = look_of(name)
    if taken := next((other for other in others if look_of(other) == look), None):
        return (
            f"Trong xã đã có gian “{taken}”, khách dễ nhầm hai nhà. "
            f"Mời thêm tên thôn hoặc tên người, ví dụ: {name} ({hamlet})."
        )
    return None


def odd_letters(name: str) -> str:
    """The letters and digits of another script than Vietnamese is written in, and signs that nobody sees, as shown."""
    return "".join(dict.fromkeys(sign for sign in half_width(name) if _is_odd(sign)))


def _is_odd(sign: str) -> bool:
    kind = unicodedata.category(sign)
    if kind.startswith("L"):
        return "LATIN" not in unicodedata.name(sign, "")
    if kind.startswith("M"):
        return not unicodedata.combining(sign)
    return (kind.startswith("N") and not sign.isascii()) or kind in ("Cc", "Cf", "Co", "Cn", "Cs")


def look_of(name: str) -> str:
    """What is left of a name for the eye: two names of one look are read as one. Letters and digits alone."""
    text = _cured(unmark(half_width(name)))
    for seen, alike in _SEEN_ALIKE:
        text = text.replace(seen, alike)
    return _NOT_LETTER.sub("", text)


def _cured(text: str) -> str:
    """Letters that look alike as one of them. Loaded when it is asked for first: few workers ever need it."""
    from decancer_py import parse

    return str(parse(text)).lower() if text else ""


def _spoken_for(name: str, official: Iterable[str]) -> str | None:
    """The words by which a name speaks for an authority or a bank, or all of what the commune is called."""
    whole = look_of(name)
    if any(whole == look_of(one) for one in official):
        return name
    words, written = f" {_apart(name)} ", _WORD.findall(nfc(name).lower())
    said_so = (said for said, look in _reserved().items() if f" {look} " in words)
    spelled_so = (
        said for said in _listed()["written"] if {said.lower(), fold(said)} & _runs(written, len(said.split()))
    )
    return next(chain(said_so, spelled_so), None)


def _runs(words: list[str], length: int) -> set[str]:
    """Every run of so many of these words."""
    return {" ".join(words[start : start + length]) for start in range(len(words))}


def _apart(name: str) -> str:
    """The look of each word of a name, blanks between."""
    return " ".join(look_of(word) for word in fold(_cured(unmark(half_width(name)))).split())


@cache
def _reserved() -> dict[str, str]:
    """What is reserved, as it is said -> the looks of its words."""
    banks = [bank.short_name for bank in BANKS.values() if len(fold(bank.short_name)) >= _SHORT]
    return {said: _apart(said) for said in [*_listed()["words"], *banks]}


@cache
def _listed() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = json.loads((Path(__file__).parent / "reserved_names.json").read_text("utf-8"))
    return listed
