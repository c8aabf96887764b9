"""Pictures to post in a group or to print: the goods with name, price and a QR code, and a QR code by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from market.base.qr import QUIET

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

CARD = (1080, 1350)
"""Pixels: what phones show whole in a message or a post, 4:5."""
POSTER = (1240, 1748)
"""Pixels of an A6 sheet at 300 dpi (105 x 148 mm)."""
DPI = 300
MARGIN = 60
PAPER, INK, SOFT, LEAF = "#FBF7EE", "#1C2B22", "#5B675F", "#0E6B3C"
ENDS = "…"
_FONTS = Path(__file__).resolve().parents[1] / "static" / "fonts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Showcard:
    """What is said beside the code: `title` in large letters, `price` in larger ones (empty: none), `lines` beneath."""

    title: str
    price: str
    lines: Sequence[str]
    address: str


def goods_card(card: Showcard, photo: bytes | None) -> bytes:
    """A JPEG of `CARD`: the photograph above, what it is and the code beneath. `photo`: any picture file; None where
    there is none. Slow: outside transactions."""
    from PIL import Image, ImageDraw, ImageOps

    canvas = Image.new("RGB", CARD, PAPER)
    height = CARD[0] * 3 // 4
    if photo is None:
        canvas.paste(Image.new("RGB", (CARD[0], height), "#E3F1E5"), (0, 0))
    else:
        with Image.open(BytesIO(photo)) as picture:
            canvas.paste(ImageOps.fit(picture.convert("RGB"), (CARD[0], height)), (0, 0))
    code = _qr(card.address, 330)
    canvas.paste(code, (CARD[0] - MARGIN - code.width, height + MARGIN))
    draw, width = ImageDraw.Draw(canvas), CARD[0] - 3 * MARGIN - code.width
    top = height + MARGIN - 10
    top = _write(draw, (MARGIN, top), card.price, _Style(width, "Bold", (64, 34), LEAF, 1)) + 8 if card.price else top
    top = _write(draw, (MARGIN, top), card.title, _Style(width, "Bold", (56, 38), INK, 3)) + 14
    for line in card.lines:
        top = _write(draw, (MARGIN, top), line, _Style(width, "Regular", (34, 30), SOFT, 2)) + 4
    beneath = (CARD[0] - MARGIN - code.width, height + MARGIN + code.height + 4)
    _write(draw, beneath, "Quét để xem", _Style(code.width, "Regular", (34, 28), INK, 1))
    return _file(canvas, "JPEG", quality=88)


def qr_poster(card: Showcard) -> bytes:
    """A PNG of `POSTER` to print: what it leads to above the code, its address in letters beneath. Slow: outside
    transactions."""
    from PIL import Image, ImageDraw

    canvas = Image.new("RGB", POSTER, "#FFFFFF")
    draw, width = ImageDraw.Draw(canvas), POSTER[0] - 2 * MARGIN
    top = _write(draw, (MARGIN, MARGIN), card.title, _Style(width, "Bold", (104, 60), INK, 2)) + 16
    if card.price:
        top = _write(draw, (MARGIN, top), card.price, _Style(width, "Bold", (84, 48), LEAF, 1)) + 12
    code = _qr(card.address, 1000)
    below = POSTER[1] - MARGIN - 250 - code.height
    canvas.paste(code, ((POSTER[0] - code.width) // 2, max(top, below)))
    top = max(top, below) + code.height + 4
    for line in card.lines:
        top = _write(draw, (MARGIN, top), line, _Style(width, "Regular", (54, 38), INK, 1)) + 6
    _write(draw, (MARGIN, top), card.address.partition("://")[2], _Style(width, "Regular", (44, 26), SOFT, 1))
    return _file(canvas, "PNG", dpi=(DPI, DPI))


def _qr(text: str, most: int) -> "Image":
    """The code, at most so many pixels wide, each module a whole number of them."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, box_size=1)
    code.add_data(text)
    code.make(fit=True)
    code.box_size = max(1, most // (code.modules_count + 2 * QUIET))
    picture: Image = code.make_image().convert("RGB")
    return picture


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is set: pixels of room, weight, the largest and the smallest size, colour, how many lines at most."""

    width: int
    weight: str
    sizes: tuple[int, int]
    colour: str
    most: int


def _write(draw: "ImageDraw", at: tuple[int, int], text: str, style: _Style) -> int:
    """Write a text in the largest size in which it fits, what does not fit at all cut short; returns where it ends."""
    from PIL import ImageFont

    largest, smallest = style.sizes
    for size in range(largest, smallest - 1, -4):
        font = ImageFont.truetype(str(_FONTS / f"BeVietnamPro-{style.weight}.ttf"), size)
        lines = _wrapped(text, font, style.width)
        if len(lines) <= style.most and all(font.getlength(line) <= style.width for line in lines):
            break
    lines = _cut(lines, font, style)
    left, top = at
    for line in lines:
        draw.text((left, top), line, font=font, fill=style.colour)
        top += round(font.size * 1.25)
    return top


def _wrapped(text: str, font: "FreeTypeFont", width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(lines: list[str], font: "FreeTypeFont", style: _Style) -> list[str]:
    kept = lines[: style.most]
    if len(lines) > style.most:
        kept[-1] = f"{kept[-1]}{ENDS}"
    return [_narrow(line, font, style.width) for line in kept]


def _narrow(line: str, font: "FreeTypeFont", width: int) -> str:
    while font.getlength(line) > width and len(line) > 1:
        line = f"{line.removesuffix(ENDS)[:-1].rstrip()}{ENDS}"
    return line


def _file(canvas: "Image", kind: str, **how: object) -> bytes:
    file = BytesIO()
    canvas.save(file, kind, **how)
    return file.getvalue()
