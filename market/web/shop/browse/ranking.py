"""What buyers are told of the order of a search: from the weights that make it."""

from dataclasses import dataclass

from market.catalog.queries import words
from market.catalog.queries.words import SUPPORTING, WEIGHTS

_SAID = {
    words.WHOLE: "Tên món đúng như bạn gõ",
    words.HEAD: "Chữ đầu của tên món",
    words.SECOND: "Chữ thứ hai của tên món",
    words.NAME: "Chữ khác trong tên món",
    words.VARIANT: "Tên loại, gói của món",
    words.STALL: "Tên gian hàng, tên người bán",
    words.HAMLET: "Thôn của người bán",
    words.CERTIFICATE: "Giấy chứng nhận cán bộ đã xem, còn hạn, của đúng món đó",
    words.SEASON: "Tháng có hàng",
    words.KIND: "Nhóm hàng",
    words.DESCRIPTION: "Lời tả của người bán",
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
