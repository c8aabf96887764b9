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
    says, whose last part it is; `host` is printed. `weight` is that of a pack, `made_on` says what was done on which
    day (`Đóng gói 20/11/2026`)."""

    product: str
    lot: str
    link: Callable[[str], str]
    host: str
    stall: str = ""
    hamlet: str = ""
    weight: str = ""
    made_on: str = ""
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
        _write_lines(canvas, _lines(label, serial, code, layout), x + side, y - PADDING * POINTS)
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


Line = tuple[str, str, float]
"""Font, text and size."""

NAME, TEXT, CODE, HOST = 5.2, 4.4, 5.8, 4.2
READABLE = 4.0
"""Points: what does not fit at this size is cut, but for what must be whole."""
LEADING = 1.18


def _lines(label: Label, serial: int, code: str, layout: Layout) -> Iterator[Line]:
    """What stands beside a code, from above, all of it made smaller alike where it is higher than the label."""
    width = _text_width(layout)
    constant = _constant_lines(label, layout)
    own = [
        _fitted(_REGULAR, f"Lô {label.lot} · Số {serial}", TEXT, width),
        _fitted(_BOLD, f"{code[:4]}-{code[4:8]}-{code[8:]}", CODE, width),
        _fitted(_REGULAR, "Quét để xem", TEXT, width),
        _fitted(_REGULAR, label.host, HOST, width),
    ]
    lines = [*constant, *own]
    room = (layout.label_height - 2 * PADDING) * POINTS
    scale = min(1.0, room / sum(size * LEADING for _, _, size in lines))
    return ((font, text, size * scale) for font, text, size in lines)


@lru_cache(maxsize=8)
def _constant_lines(label: Label, layout: Layout) -> tuple[Line, ...]:
    width = _text_width(layout)
    lines = [(_BOLD, line, NAME) for line in _wrapped(_BOLD, label.product, NAME, width)]
    lines += [(_REGULAR, line, TEXT) for line in _wrapped(_REGULAR, label.stall, TEXT, width)]
    lines += [_cut(_REGULAR, text, TEXT, width) for text in (label.hamlet, label.weight, label.made_on) if text]
    if label.best_before:
        lines.append(_fitted(_REGULAR, f"HSD {label.best_before}", TEXT, width))
    return tuple(lines)


def _text_width(layout: Layout) -> float:
    return (layout.label_width - layout.code_side - PADDING) * POINTS


def _wrapped(font: str, text: str, size: float, width: float) -> list[str]:
    """The text on at most two lines, what is left over cut with an ellipsis; no line for nothing."""
    if not text:
        return []
    first = _as_much_as_fits(font, text, size, width)
    if first == text:
        return [text]
    return [first, _ended(font, text[len(first) :].strip(), size, width)]


def _ended(font: str, text: str, size: float, width: float) -> str:
    """As much of it as fits beside the ellipsis that says that there is more."""
    if _width(font, text, size) <= width:
        return text
    end = len(text)
    while end > 1 and _width(font, f"{text[:end].rstrip()}…", size) > width:
        end -= 1
    space = text.rfind(" ", 1, end + 1)
    return f"{text[: space if space > 0 else end].rstrip()}…"


def _as_much_as_fits(font: str, text: str, size: float, width: float) -> str:
    if _width(font, text, size) <= width:
        return text
    end = len(text)
    while end > 1 and _width(font, text[:end], size) > width:
        end -= 1
    space = text.rfind(" ", 1, end + 1)
    return text[: space if space > 0 else end]


def _cut(font: str, text: str, size: float, width: float) -> Line:
    """The line a little smaller where it does not fit, and cut where it does not fit then."""
    font, text, fitted = _fitted(font, text, size, width)
    return (font, text, fitted) if fitted >= READABLE else (font, _ended(font, text, READABLE, width), READABLE)


def _fitted(font: str, text: str, size: float, width: float) -> Line:
    """The line in the largest size, up to `size`, that fits the width."""
    wide = _width(font, text, size)
    return font, text, size if wide <= width else size * width / wide


def _width(font: str, text: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


def _write_lines(canvas: Canvas, lines: Iterator[Line], x: float, top: float) -> None:
    y = top
    for font, text, size in lines:
        y -= size * LEADING
        canvas.setFont(font, size)
        canvas.drawString(x, y + size * (LEADING - 1), text)
