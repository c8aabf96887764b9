"""Makes a picture small while holding little of it: strip by strip, each at once on white and without see-through."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = (1280, 1707)
"""The box of the largest picture kept: 1280 wide, and as high as an upright phone picture of that width. js/photo.js
has the same one."""
STRIP_BYTES = 4 * 1024 * 1024
"""About what of a picture is looked at at a time."""
GAP = 1.5
"""So much larger than wanted a picture is left by whole steps, which are quick; the rest of the way is a resampling."""
PIXEL = 4
RGB, GREY, INKS = "RGB", "L", "CMYK"
FLAT = {"1": GREY, "L": GREY, "LA": GREY, "La": GREY, "CMYK": INKS}
"""In which colours a picture goes on, by the library's mode; all others in RGB."""
PALE: dict[str, int | tuple[int, ...]] = {GREY: 255, RGB: (255, 255, 255), INKS: (0, 0, 0, 0)}


def fitted(width: int, height: int, box: tuple[int, int] = LARGEST) -> tuple[int, int]:
    """Width and height inside the box, at least 1 and never larger than they are; halves go up, as in js/photo.js."""
    scale = min(1.0, box[0] / width, box[1] / height)
    return max(1, int(width * scale + 0.5)), max(1, int(height * scale + 0.5))


def whole_steps(size: tuple[int, int], wanted: tuple[int, int]) -> int:
    """By what whole number a picture can be divided and is still larger than wanted."""
    return max(1, int(min(size[0] / wanted[0], size[1] / wanted[1]) / GAP))


def strip_height(row_bytes: int, steps: int) -> int:
    """Rows of a strip: a multiple of the steps."""
    return max(1, STRIP_BYTES // (row_bytes * steps)) * steps


def strips_of(picture: "Image", wanted: tuple[int, int]) -> tuple[Iterator["Image"], tuple[int, int]]:
    """A picture of which only the head was read, in strips, and its size as they have it: a JPEG's decoder divides by
    2, 4 or 8 itself, and skips what would be thrown away."""
    picture.draft(None, wanted)
    picture.load()
    return _cut(picture, strip_height(picture.width * PIXEL, whole_steps(picture.size, wanted))), picture.size


def _cut(picture: "Image", height: int) -> Iterator["Image"]:
    for top in range(0, picture.height, height):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + height)))
        strip.info = picture.info
        yield strip


def shrunk(strips: Iterator["Image"], size: tuple[int, int], wanted: tuple[int, int]) -> "Image":
    """A picture of this size, made as large as wanted: in RGB, L or CMYK."""
    from PIL import Image

    steps = whole_steps(size, wanted)
    canvas, top = None, 0
    for strip in strips:
        part = flat(strip)
        part = part.reduce(steps) if steps > 1 else part
        canvas = canvas or Image.new(part.mode, (part.width, -(-size[1] // steps)))
        canvas.paste(part, (0, top))
        top += part.height
    if canvas is None:
        raise ValueError("no strips")
    box = (0, 0, size[0] / steps, size[1] / steps)
    return canvas.resize(wanted, Image.Resampling.LANCZOS, box) if canvas.size != wanted else canvas


def flat(strip: "Image") -> "Image":
    """The strip in RGB, L or CMYK; what can be seen through is white."""
    from PIL import Image

    if strip.mode.startswith("I;16"):
        strip = strip.point(lambda tone: tone / 256).convert("L")
    mode = FLAT.get(strip.mode, RGB)
    if not strip.has_transparency_data:
        return strip if strip.mode == mode else strip.convert(mode)
    seen = strip.convert("LA" if mode == GREY else "RGBA")
    plain = Image.new(mode, strip.size, PALE[mode])
    plain.paste(seen.convert(mode), mask=seen.getchannel("A"))
    return plain
