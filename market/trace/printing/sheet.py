"""The PDF of a lot's stamps: on each a QR code, the code in letters, whose goods these are.

Measured: codes with a fixed mask, as one-bit images in the page's own stream, cost a tenth of the time and a thirtieth
of the bytes that the libraries' usual way (eight masks tried, a PNG each) costs, and are read as well.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Protocol

from market.trace.printing.layout import A4, Layout

MASK = 2
QUIET = 4
POINTS = 72 / 25.4
PADDING = 1.0
_FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
_REGULAR, _BOLD = "BeVietnamPro-Regular", "BeVietnamPro-Bold"
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+\Z")


class Canvas(Protocol):
    """What is used of reportlab's canvas."""

    def setFont(self, name: str, size: float) -> None: ...  # noqa: N802 - reportlab's own name
    def drawString(self, x: float, y: float, text: str) -> None: ...  # noqa: N802
    def addLiteral(self, text: str) -> None: ...  # noqa: N802
    def showPage(self) -> None: ...  # noqa: N802
    def save(self) -> None: ...


class Symbol(Protocol):
    """What is used of qrcode's code."""

    modules: list[list[bool]]

    def best_fit(self) -> int: ...
    def make(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on every stamp of a lot: `link` makes of a stamp's code the address that its QR code
    says, whose last part it is; `host` is printed."""

    product: str
    lot: str
    link: Callable[[str], str]
    host: str
    best_before: str = ""


def stamp_sheet(label: Label, stamps: Sequence[tuple[int, str]], layout: Layout = A4) -> bytes:
    """The PDF of these stamps (serial number, code), in their order."""
    from reportlab.pdfgen.canvas import Canvas as PdfCanvas  # slow to import, and few pages print

    _register_fonts()
    out = BytesIO()
    size = (layout.page_width * POINTS, layout.page_height * POINTS)
    canvas = PdfCanvas(out, pagesize=size, pageCompression=1)
    canvas.setTitle(f"Tem lô {label.lot}")
    remaining = iter(stamps)
    while page := list(islice(remaining, layout.labels_a_page)):
        _draw_page(canvas, label, page, layout)
    canvas.save()
    return out.getvalue()


@cache
def _register_fonts() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (_REGULAR, _BOLD):
        registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))


def _draw_page(canvas: Canvas, label: Label, stamps: Sequence[tuple[int, str]], layout: Layout) -> None:
    for (left, top), (serial, code) in zip(layout.corners(), stamps, strict=False):
        x, y = left * POINTS, (layout.page_height - top) * POINTS
        side = layout.code_side * POINTS
        middle = (layout.label_height - layout.code_side) / 2 * POINTS
        canvas.addLiteral(_code_image(label.link(code), x, y - middle - side, side))
        _write_lines(canvas, _lines(label, serial, code, layout), x + side, y - middle)
    canvas.showPage()


# --- the code -------------------------------------------------------------------------------------------------------


def _code_image(text: str, x: float, y: float, side: float) -> str:
    """Operators that paint the code of `text` into the square at (x, y), quiet zone left white."""
    rows = _modules(text)
    count = len(rows)
    module = side / (count + 2 * QUIET)
    inner, left, bottom = module * count, x + module * QUIET, y + module * QUIET
    return (
        f"q {inner:.3f} 0 0 {inner:.3f} {left:.3f} {bottom:.3f} cm "
        f"BI /W {count} /H {count} /IM true /D [1 0] /F /AHx ID {_bits(rows)}> EI Q"
    )


def _modules(text: str) -> list[list[bool]]:
    head, slash, code = text.rpartition("/")
    symbol = _symbol(_parts(_spelled(head, len(code)) + slash + code))
    symbol.make()
    return symbol.modules


@lru_cache(maxsize=8)
def _spelled(head: str, code_length: int) -> str:
    """What comes before the code, its host in capitals where that makes a smaller symbol: they mean the same, and three
    of them take the room of two small letters. The scheme stays as it is: many readers show `HTTPS://` as text."""
    scheme, colon, rest = head.partition("://")
    code = "/" + "0" * code_length
    return min(head, scheme + colon + rest.upper(), key=lambda one: _symbol(_parts(one + code)).best_fit())


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """The text as bytes up to the last small letter, and after that in the mode that holds capitals and digits alone;
    each with its mode (ISO/IEC 18004, 7.4)."""
    from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM

    tail = _ALPHANUMERIC.search(text)
    split = tail.start() if tail else len(text)
    yield from ((part, mode) for part, mode in ((text[:split], MODE_8BIT_BYTE), (text[split:], MODE_ALPHA_NUM)) if part)


def _symbol(parts: Iterable[tuple[str, int]]) -> Symbol:
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.util import QRData

    symbol = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK, border=0)
    for part, mode in parts:
        symbol.add_data(QRData(part.encode(), mode=mode, check_data=False), optimize=0)
    return symbol  # type: ignore[no-any-return]  # the library ships no types


def _bits(rows: Sequence[Sequence[bool]]) -> str:
    """The modules as hexadecimal digits, each row filled up to whole bytes."""
    width = -(-len(rows[0]) // 8) * 8
    shift = width - len(rows[0])
    packed = (int("".join("1" if dark else "0" for dark in row), 2) << shift for row in rows)
    return "".join(f"{row:0{width // 4}x}" for row in packed)


# --- the words ------------------------------------------------------------------------------------------------------


def _lines(label: Label, serial: int, code: str, layout: Layout) -> Iterator[tuple[str, str, float]]:
    """Font, text and size of each line, from above."""
    yield from _constant_lines(label, layout)
    width = _text_width(layout)
    yield _fitted(_REGULAR, f"Số {serial}", 5.0, width)
    yield _fitted(_BOLD, f"{code[:4]}-{code[4:8]}-{code[8:]}", 6.2, width)
    yield _fitted(_REGULAR, label.host, 4.6, width)


@lru_cache(maxsize=8)
def _constant_lines(label: Label, layout: Layout) -> tuple[tuple[str, str, float], ...]:
    width = _text_width(layout)
    lines = [_fitted(_BOLD, line, 5.6, width) for line in _wrapped(label.product, width)]
    lines.append(_fitted(_REGULAR, f"Lô {label.lot}", 5.0, width))
    if label.best_before:
        lines.append(_fitted(_REGULAR, f"HSD {label.best_before}", 5.0, width))
    return tuple(lines)


def _text_width(layout: Layout) -> float:
    return (layout.label_width - layout.code_side - PADDING) * POINTS


def _wrapped(text: str, width: float) -> list[str]:
    """The name on at most two lines, what is left over cut with an ellipsis."""
    first = _as_much_as_fits(text, width)
    if first == text:
        return [text]
    rest = text[len(first) :].strip()
    second = _as_much_as_fits(rest, width)
    return [first, second if second == rest else f"{second[:-1].rstrip()}…"]


def _as_much_as_fits(text: str, width: float) -> str:
    if _width(_BOLD, text, 5.6) <= width:
        return text
    end = len(text)
    while end > 1 and _width(_BOLD, text[:end], 5.6) > width:
        end -= 1
    space = text.rfind(" ", 1, end + 1)
    return text[: space if space > 0 else end]


def _fitted(font: str, text: str, size: float, width: float) -> tuple[str, str, float]:
    """The line in the largest size, up to `size`, that fits the width."""
    wide = _width(font, text, size)
    return font, text, size if wide <= width else size * width / wide


def _width(font: str, text: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


def _write_lines(canvas: Canvas, lines: Iterator[tuple[str, str, float]], x: float, top: float) -> None:
    y = top - 2 * POINTS
    for font, text, size in lines:
        y -= size * 1.28
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
