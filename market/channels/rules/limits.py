"""What a marketplace takes: as it documents it, as the seller's own template says it, as she says it herself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLimits:
    """Both ends included, prices in đồng, texts in characters, pictures in pixels. None: nobody has said; it is asked
    of the seller, and until she says holds nothing back. `own`: what the marketplace calls itself."""

    name: Bounds
    description: Bounds
    price: Bounds
    stock: int | None = None
    variants: int | None = None
    tier_name: int | None = None
    option: int | None = None
    weight_needed: bool = False
    price_ratio: int | None = None
    sku: int | None = None
    images: int | None = None
    image_side: int | None = None
    tiers: int = 2
    own: tuple[str, ...] = ()


LIMIT_WORDS: Mapping[str, str] = {
    "variants": "Một món có nhiều nhất mấy loại",
    "tier_name": "Tên nhóm phân loại dài nhất mấy ký tự",
    "option": "Tên mỗi loại dài nhất mấy ký tự",
    "sku": "Mã hàng (SKU) dài nhất mấy ký tự",
    "images": "Một món có nhiều nhất mấy ảnh",
    "stock": "Số lượng còn nhiều nhất",
}
"""Those that a template or a marketplace may leave unsaid, as the seller is asked for them."""
LIMIT_PREFIX = "limit:"
"""Before the name of a limit where its answer is kept among those to the template's columns."""


def unsaid_limits(limits: ChannelLimits | None) -> list[str]:
    return [name for name in LIMIT_WORDS if limits is not None and getattr(limits, name) is None]


def with_answers(limits: ChannelLimits, answers: Mapping[str, str]) -> ChannelLimits:
    """The limits, those that nobody else says as the seller has answered them."""
    if not answers:
        return limits
    said = {name: answers.get(LIMIT_PREFIX + name, "") for name in unsaid_limits(limits)}
    known = {name: int(text) for name, text in said.items() if text.isascii() and text.isdigit() and int(text) > 0}
    for name, number in known.items():
        limits = _with(limits, name, number)
    return limits


# --- what a template says ------------------------------------------------------------------------------------------

_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+|\d+)"
_LETTERS = r"\s*(?:ký tự|kí tự|ky tu|chữ cái|chữ|characters?|chars?)\b"
_MOST = (
    r"(?:tối đa|nhiều nhất|dài nhất|lớn nhất|không (?:được )?(?:quá|vượt quá|dài quá|nhiều hơn)|maximum|max\.?|up to"
)
_MOST += r"|at most|no more than|not exceed|cannot exceed|≤|<=)(?:\s+(?:là|of|is))?\s*:?\s*"
_BELOW = r"(?:ít hơn|nhỏ hơn|dưới|less than|fewer than|under|(?<![<=])<)\s*"
_LEAST = r"(?:tối thiểu|ít nhất|không (?:được )?(?:dưới|ít hơn)|ngắn nhất|minimum|min\.?|at least|≥|>=)"
_LEAST += r"(?:\s+(?:là|of|is))?\s*:?\s*"
_TO = r"\s*(?:đến|tới|-|–|—|~|to|and|và)\s*"
_RATIO = re.compile(r"(?:rẻ nhất|thấp nhất|cheapest|lowest)\D{0,25}?(\d{1,2})(?:\s*(?:lần|times|x)\b|\s*$|\.\s*$)")
_EXAMPLE = re.compile(r"\b(?:ví dụ|vd|e\.g\.|for example|example)\b[^;\n]*")
_SIDE = re.compile(r"(\d{3,4})\s*[x×*]\s*(\d{3,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    least: int | None = None
    most: int | None = None


def _told(text: str, unit: str = "") -> _Told:
    """The bounds that a text names, of things called by `unit` (a pattern)."""
    words = _EXAMPLE.sub("", text.casefold())
    if both := re.search(rf"{_NUMBER}(?:{unit})?{_TO}{_NUMBER}{unit}", words):
        ends = _number(both[1]), _number(both[2])
        return _Told(least=ends[0], most=ends[1]) if ends[0] <= ends[1] else _Told()
    below = re.search(rf"{_BELOW}{_NUMBER}{unit}", re.sub(r"không (?:được )?(?:dưới|ít hơn|nhỏ hơn)", "ít nhất", words))
    most, least = re.search(rf"{_MOST}{_NUMBER}{unit}", words), re.search(rf"{_LEAST}{_NUMBER}{unit}", words)
    return _Told(
        least=_number(least[1]) if least else None,
        most=_number(most[1]) if most else _number(below[1]) - 1 if below else None,
    )


def _number(digits: str) -> int:
    return int(re.sub(r"[.,]", "", digits))


def told_limits(known: ChannelLimits, texts: Mapping[str, str]) -> tuple[ChannelLimits, frozenset[str]]:
    """The limits as a template says them, and the names of those that it says. `texts`: the name of a limit -> what the
    template says of its column; "" where it says nothing."""
    told = dict(_all_told(known, texts))
    limits = known
    for name, said in told.items():
        limits = _with(limits, name, said)
    return limits, frozenset(told)


def _with(limits: ChannelLimits, name: str, said: int | Bounds) -> ChannelLimits:
    """The limits, one of them said otherwise."""
    match name, said:
        case "name", (int(), int()):
            return replace(limits, name=said)
        case "description", (int(), int()):
            return replace(limits, description=said)
        case "price", (int(), int()):
            return replace(limits, price=said)
    numbers = {one: getattr(limits, one) for one in _NUMBERS_OF} | {name: said}
    return replace(limits, **numbers)


_NUMBERS_OF = ("variants", "tier_name", "option", "sku", "images", "stock", "price_ratio", "image_side")


def _all_told(known: ChannelLimits, texts: Mapping[str, str]) -> Iterator[tuple[str, int | Bounds]]:
    for name, unit in (("name", _LETTERS), ("description", _LETTERS), ("price", "")):
        said, bounds = _told(texts.get(name, ""), unit), getattr(known, name)
        if said != _Told():
            least, most = said.least if said.least is not None else bounds[0], said.most or bounds[1]
            yield name, (min(least, most), most)
    for name, unit in (("tier_name", _LETTERS), ("option", _LETTERS), ("sku", _LETTERS), ("stock", "")):
        if most := _told(texts.get(name, ""), unit).most:
            yield name, most
    yield from _pictures_told(texts.get("images", ""))
    if ratio := _RATIO.search(texts.get("price", "").casefold()):
        yield "price_ratio", int(ratio[1])
    things = r"\s*(?:phân loại|biến thể|tổ hợp|loại hàng|variations?|combinations?|skus?)\b"
    if most := _told(texts.get("variants", ""), things).most:
        yield "variants", most


def _pictures_told(text: str) -> Iterator[tuple[str, int]]:
    if most := _told(text, r"\s*(?:hình|ảnh|tấm|images?|pictures?|photos?)").most:
        yield "images", most
    if side := _SIDE.search(text):
        yield "image_side", min(int(side[1]), int(side[2]))
