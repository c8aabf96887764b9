"""What buyers are told of the order of a search: from the weights that make it."""

from dataclasses import dataclass

from market.catalog.queries.words import SUPPORTING, WEIGHTS, Field

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
