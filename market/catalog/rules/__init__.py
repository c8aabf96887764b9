"""A listing's life: its states and moves, and every reason why it does not stand on the market."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from market.values.quantity import format_quantity, unit
from market.values.text import fold, nfc, unmark

_Meant = TypeVar("_Meant", int, str)


WEIGHED_WITHIN = (5, 10, 15, 20)
"""By how many percent what is sold by weight may be off what was ordered: a seller's own choice of these, as far as the
market's bound goes."""


class ProductState(enum.StrEnum):
    """A new product waits for an officer; the office may refuse it or take it down, saying why."""

    PENDING = "cho_duyet"
    APPROVED = "da_duyet"
    REFUSED = "tu_choi"
    TAKEN_DOWN = "da_go"


MOVES: dict[ProductState, frozenset[ProductState]] = {
    ProductState.PENDING: frozenset({ProductState.APPROVED, ProductState.REFUSED}),
    ProductState.APPROVED: frozenset({ProductState.TAKEN_DOWN}),
    ProductState.REFUSED: frozenset({ProductState.PENDING}),
    ProductState.TAKEN_DOWN: frozenset({ProductState.PENDING}),
}


def can_move(state: ProductState, to: ProductState) -> bool:
    return to in MOVES[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPhoto:
    """A picture already in storage: the key of its files, the width and height of the largest of them. `digest` is of
    the file that was sent: the same file sent twice is kept under two keys."""

    key: str
    width: int
    height: int
    digest: str = ""


def pack_name(unit_code: str, pack_amount: int | None, pack_unit: str | None) -> str:
    """`kg`, or `túi 5 kg` where one unit holds a known amount (thousandths of `pack_unit`)."""
    name = unit(unit_code).name
    if pack_amount and pack_unit:
        return f"{name} {format_quantity(pack_amount, unit(pack_unit))}".replace("\u00a0", " ")
    return name


def own_label(unit_code: str, pack_amount: int | None, pack_unit: str | None) -> str:
    """What one of several is called where its seller gave it no name: `túi 5 kg`, `theo kg`."""
    name = pack_name(unit_code, pack_amount, pack_unit)
    return name if pack_amount and pack_unit else f"theo {name}"


# --- why a listing is not on the market -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """What decides whether a listing is public and can be bought.

    `is_ended`: the register says that the business trades no more. `is_stopped`: all lots of it are recalled or past
    their date. `left` is what is still free to sell, in thousandths, None where it is not counted; `counted` what lies
    there in all, orders' goods included.
    """

    state: ProductState
    refusal: str | None
    is_hidden: bool
    has_photo: bool
    is_sold_out: bool
    counted: int | None
    left: int | None
    is_paused: bool
    is_closed: bool
    is_ended: bool
    is_verified: bool
    is_stopped: bool


STOPPED = "Đang ngừng bán: lô hàng đã thu hồi hoặc quá hạn dùng"
"""What is said, wherever it can be bought otherwise, of goods that may not be sold: `queries.stock.is_stopped`."""


class WhyNot(enum.StrEnum):
    """An unmet condition."""

    NO_PHOTO = "no_photo"
    WAITING = "waiting"
    REFUSED = "refused"
    TAKEN_DOWN = "taken_down"
    HIDDEN = "hidden"
    PAUSED = "paused"
    CLOSED = "closed"
    ENDED = "ended"
    UNVERIFIED = "unverified"
    STOPPED = "stopped"
    SOLD_OUT = "sold_out"
    NOTHING_LEFT = "nothing_left"
    ALL_HELD = "all_held"


BUYING_ONLY = frozenset({WhyNot.STOPPED, WhyNot.SOLD_OUT, WhyNot.NOTHING_LEFT, WhyNot.ALL_HELD})
"""These leave a listing on the market, shown as sold out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An unmet condition in the seller's words. Where it is cured, pages say."""

    why: WhyNot
    sentence: str

    @property
    def hides(self) -> bool:
        return self.why not in BUYING_ONLY


def why_not_public(standing: ListingFacts) -> list[Reason]:
    """Every condition that keeps a listing off the market, then those that let nobody buy it; empty: all is well."""
    return [*_by_seller(standing), *_by_office(standing), *_by_stall(standing), *_by_stock(standing)]


def _by_seller(standing: ListingFacts) -> Iterator[Reason]:
    if not standing.has_photo:
        yield Reason(why=WhyNot.NO_PHOTO, sentence="Chưa có ảnh")
    if standing.is_hidden:
        yield Reason(why=WhyNot.HIDDEN, sentence="Bạn đang ẩn món này")


def _by_office(standing: ListingFacts) -> Iterator[Reason]:
    if standing.state is ProductState.PENDING:
        yield Reason(why=WhyNot.WAITING, sentence="Chờ xã xem")
    words = {
        ProductState.REFUSED: (WhyNot.REFUSED, "Xã chưa duyệt"),
        ProductState.TAKEN_DOWN: (WhyNot.TAKEN_DOWN, "Xã đã gỡ xuống"),
    }
    if standing.state in words:
        why, said = words[standing.state]
        sentence = f"{said}: {standing.refusal}" if standing.refusal else said
        yield Reason(why=why, sentence=sentence)


def _by_stall(standing: ListingFacts) -> Iterator[Reason]:
    if standing.is_paused:
        yield Reason(why=WhyNot.PAUSED, sentence="Gian hàng đang nghỉ bán")
    if standing.is_closed:
        yield Reason(why=WhyNot.CLOSED, sentence="Xã đang đóng gian hàng này. Mời gọi cán bộ xã")
    if standing.is_ended:
        yield Reason(why=WhyNot.ENDED, sentence="Sổ của xã ghi bạn đã thôi kinh doanh. Còn bán thì mời gọi cán bộ xã")
    if not standing.is_verified:
        yield Reason(why=WhyNot.UNVERIFIED, sentence="Xã chưa xác nhận người bán. Mời mang giấy tờ ra xã")


def _by_stock(standing: ListingFacts) -> Iterator[Reason]:
    if standing.is_stopped:
        yield Reason(why=WhyNot.STOPPED, sentence="Lô hàng đã thu hồi hoặc quá hạn, chưa có lô khác đã ghi xong")
    elif standing.is_sold_out:
        yield Reason(why=WhyNot.SOLD_OUT, sentence="Bạn đã báo hết hàng")
    elif standing.left is not None and standing.left <= 0:
        why = WhyNot.ALL_HELD if standing.counted else WhyNot.NOTHING_LEFT
        sentence = "Hàng còn lại đang giữ cho đơn" if standing.counted else "Số còn để bán là 0"
        yield Reason(why=why, sentence=sentence)


# --- which kind of goods a name means -------------------------------------------------------------------------------

_SETS: dict[int, str] = {
    1: "rau, củ, quả, su hào, cà rốt, bắp cải, cải bắp, cải thảo, cải ngọt, su lơ, hành, hành lá, dưa, ổi, vải, chuối, "
    "mít, na, nấm, bí, bầu, mướp, cà chua, cà tím, khoai, thanh long, bưởi, cam, ngô, đỗ",
    2: "rươi, cáy, cá, tôm, cua, ốc, gà, vịt, ngan, lợn, bồ câu, trứng, thịt, cà ra, rạm",
    3: "gạo, nếp, tẻ, đậu, đậu xanh, đậu đen, đậu tương, đỗ xanh, đỗ đen, lạc, vừng",
    4: "mật, mật ong",
    6: "bánh, bún, miến, phở khô",
    7: "dưa muối, cà muối, ô mai, mứt, mít sấy, chuối sấy",
    8: "chả, giò, nem, ruốc, cá kho, rươi niêu, rươi kho",
    9: "mắm, nước mắm, tương, giấm",
    10: "hành củ, hành khô, tỏi, tiêu, nghệ, riềng, sả, ớt, muối",
    11: "chè tươi, chè xanh, chè khô",
    12: "trà",
    14: "rượu, rượu trắng, rượu nếp, rượu gạo",
    21: "tranh, tranh thêu, mây tre, rổ, rá, chiếu, nia",
    22: "khăn, áo, vải lụa",
    23: "hoa",
    24: "cây cảnh, quất cảnh",
    25: "cá cảnh, chim cảnh",
    26: "múa rối, tham quan",
}
_KNOWN = {word: ocop_set for ocop_set, words in _SETS.items() for word in words.split(", ")}
_KNOWN_BARE = {fold(word): ocop_set for word, ocop_set in reversed(_KNOWN.items())}


def guess_ocop_set(name: str) -> int | None:
    """Which of the 26 OCOP sets a name most likely means; None where no word of it is known.

    The first known words decide, because the head comes first in Vietnamese (`gạo bãi rươi` is gạo), and of those the
    longest (`cà chua` is not cà). A name typed without marks is compared without them.
    """
    return _first_known(name, _KNOWN, _KNOWN_BARE)


def _first_known(name: str, marked: Mapping[str, _Meant], bare: Mapping[str, _Meant]) -> _Meant | None:
    known, spoken = (bare, fold(name)) if name == unmark(name) else (marked, nfc(name).lower())
    words = spoken.split()
    for start in range(len(words)):
        for length in (2, 1):
            found = known.get(" ".join(words[start : start + length]))
            if found:
                return found
    return None


# --- by what a name is usually sold ---------------------------------------------------------------------------------

_UNITS: dict[str, str] = {
    "mo": "rau muống, rau cải, rau dền, rau ngót, rau đay, rau lang, rau má, rau diếp, rau thơm, rau mùi, rau răm, "
    "mồng tơi, cải ngọt, cải xanh, cải cúc, cải mơ, xà lách, tía tô, kinh giới, thì là, hành lá, hành hoa, húng, rau",
    "cu": "su hào",
    "bap": "bắp cải, cải bắp, ngô, bắp ngô",
    "qua": "dưa hấu, bưởi, mít, dừa, thanh long, bầu, trứng ngỗng",
    "chuc": "trứng, trứng gà, trứng vịt, trứng cút",
    "nai": "chuối",
    "bo": "hoa, mía, lá dong",
    "con": "bồ câu, chim",
    "lit": "rượu, rượu nếp, rượu gạo, sữa",
    "chai": "mật ong, mật, nước mắm, mắm, mắm tôm, giấm, tương",
    "hop": "mứt, chè khô, trà",
    "tui": "miến, bánh đa, phở khô, bún khô",
    "buc": "tranh",
    "kg": "rươi, cáy, cá, tôm, cua, ốc, gà, vịt, ngan, lợn, thịt, gạo, nếp, đậu, đỗ, lạc, vừng, khoai, sắn, cà chua, "
    "cà rốt, cà tím, cà, bí, mướp, su su, súp lơ, đỗ xanh, dưa chuột, hành củ, hành khô, hành, tỏi, gừng, nghệ, riềng, "
    "ớt, cam, quýt, ổi, vải, nhãn, na, táo, giò, chả, nem, ruốc, nấm, củ cải, măng, bánh",
}
_SOLD_BY = {word: code for code, words in _UNITS.items() for word in words.split(", ")}
_SOLD_BY_BARE = {fold(word): code for word, code in reversed(_SOLD_BY.items())}


def guess_unit(name: str) -> str | None:
    """By which unit goods of this name are usually sold, to be proposed and never chosen; None where no word of it is
    known."""
    return _first_known(name, _SOLD_BY, _SOLD_BY_BARE)


def usual_units() -> Mapping[str, str]:
    """The words of a name -> the unit that `guess_unit` finds by them, for who types."""
    return _SOLD_BY
