"""Goods without a brand: which columns ask for one, and the word that a template itself has for none."""

import re
from collections.abc import Iterable, Iterator

from market.channels.ports import Book
from market.values.text import fold

_BRANDS = frozenset({"ps_brand", "brand", "catproperty.p20000"})
_LABELS = frozenset({"brand", "brand name", "thuong hieu", "nhan hieu", "ten thuong hieu", "thuong hieu nhan hieu"})
_NONE = re.compile(r"(?:\d+ )?(?:no ?brand|(?:khong co|khong|chua co) (?:thuong hieu|nhan hieu)|unbranded)(?: \d+)?")
_SAID = re.compile(
    r"no ?-?brand|unbranded|không (?:có )?(?:thương|nhãn) hiệu|chưa có (?:thương|nhãn) hiệu", re.IGNORECASE
)
_QUOTED = re.compile(r"[“\"'‘«]([^“”\"'’»]{1,40})[”\"'’»]")
_TO_WRITE = re.compile(
    r"(?:điền|nhập|ghi|chọn|viết|enter|fill(?: in)?|input|use|select|type)\s+(?:là\s+|số\s+)?(0\b|no ?-?brand)", re.I
)
_ENGLISH = re.compile(r"no ?-?brand(?: ?\(\d+\))?|unbranded", re.IGNORECASE)
_SHEETS = re.compile(r"brand|thuong hieu|nhan hieu")
_MOST_ROWS = 5_000


def is_brand(token: str, label: str) -> bool:
    """Whether a column asks for the brand of goods."""
    return token.casefold() in _BRANDS or fold(label) in _LABELS


def no_brand_word(listed: Iterable[str], told: str, book: Book) -> str:
    """What goes into the cell of a brand for goods that have none, in the template's own words; "" where it says
    nothing of them. `listed`: what a cell of the column may hold; `told`: what the template says of it."""
    words = (one for one in (*listed, *_listed_elsewhere(book)) if _NONE.fullmatch(fold(one)))
    return next(words, "") or _said(told)


def _listed_elsewhere(book: Book) -> Iterator[str]:
    """The cells of the sheets of brands, which are hidden in most templates."""
    for sheet in book.sheets:
        if _SHEETS.search(fold(sheet)):
            try:
                rows = book.rows(sheet, _MOST_ROWS)
            except ValueError:  # larger than anybody needs
                continue
            yield from (cell for row in rows.values() for cell in row.values())


def _said(told: str) -> str:
    if not _SAID.search(told):
        return ""
    quoted = [text.strip() for text in _QUOTED.findall(told)]
    named = next((text for text in quoted if _NONE.fullmatch(fold(text))), "")
    if written := _TO_WRITE.search(told):
        return named or written[1]
    zero = next((text for text in quoted if text.isdigit()), "")
    english = _ENGLISH.search(told)
    return named or zero or (english[0] if english else "")
