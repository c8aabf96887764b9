"""What pages for buyers work out for themselves: data for search engines, words as names spell them."""

from collections.abc import Iterable
from dataclasses import dataclass

from market.catalog.queries.words import SUPPORTING, WEIGHTS, Field
from market.values.text import fold


def as_written(words: str, names: Iterable[str]) -> str:
    """Folded words as the names spell them: `gao nep` -> `gạo nếp`. A word that no name has stays as it is."""
    spelled: dict[str, str] = {}
    for name in names:
        for word in name.lower().split():
            spelled.setdefault(fold(word), word.strip(".,;:()"))
    return " ".join(spelled.get(fold(word), word) for word in words.split())


def short_names(names: Iterable[str], most: int) -> list[str]:
    """The heads of names (two words, as `rươi tươi`), each once, at most so many."""
    heads = (" ".join(name.lower().split()[:2]).strip(",.") for name in names)
    return list(dict.fromkeys(heads))[:most]


_SAID = {
    Field.WHOLE: "Tên món đúng như bạn gõ",
    Field.HEAD: "Chữ đầu của tên món",
    Field.SECOND: "Chữ thứ hai của tên món",
    Field.NAME: "Chữ khác trong tên món",
    Field.VARIANT: "Tên loại, gói của món",
    Field.STALL: "Tên gian hàng, tên người bán",
    Field.HAMLET: "Thôn của người bán",
    Field.CERTIFICATE: "Giấy chứng nhận cán bộ đã xem, còn hạn, của đúng món đó",
    Field.SEASON: "Tháng có hàng",
    Field.KIND: "Nhóm hàng",
    Field.DESCRIPTION: "Lời tả của người bán",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A field in which a search looks, as buyers are told of it, and what a word weighs that stands there."""

    said: str
    weight: int
    is_support: bool


def ranking_criteria() -> list[Criterion]:
    """The fields of a search, the heaviest first, from the weights that order it."""
    heaviest = sorted(WEIGHTS.items(), key=lambda one: -one[1])
    return [Criterion(said=_SAID[field], weight=weight, is_support=field in SUPPORTING) for field, weight in heaviest]
