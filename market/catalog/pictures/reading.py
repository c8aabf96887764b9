"""Turns what a phone sends into clean pixels: nothing of the file itself survives, not where it was taken either."""

from io import BytesIO
from typing import TYPE_CHECKING

from market.base.errors import Refused
from market.catalog.pictures import heif

if TYPE_CHECKING:  # the library is imported where it is used: it costs a start 100 ms
    from PIL.Image import Image

MEGABYTE = 1024 * 1024
MOST_BYTES = 12 * MEGABYTE
MOST_PIXELS = 40_000_000
SHORTEST_SIDE = 32
LARGEST = (1280, 1707)
"""The box of the largest picture kept: 1280 wide, and as high as an upright phone picture of that width."""

FORMATS = ("JPEG", "PNG", "WEBP")
"""What is decoded in this process; HEIF is decoded apart from it."""
MOVING = frozenset({"PNG", "WEBP"})
KEPT = "Những gì đã điền vẫn còn."


class BadPicture(Refused):
    """A picture that cannot be used; the sentence says why and what to do."""


def read_picture(content: bytes) -> "Image":
    """The picture upright, in plain RGB, no larger than LARGEST, bare of EXIF, GPS and colour profiles.

    Size is judged before anything is decoded: a file of 18 KB can unfold to 400 MB.
    """
    refuse_heavy(len(content))
    if heif.is_heif(content):
        return _clean(_from_heif(content))
    picture = _opened(content)
    _refuse_size(*picture.size)
    if picture.format in MOVING and getattr(picture, "is_animated", False):
        raise BadPicture("moving_picture", f"Đây là ảnh động. Mời chọn một ảnh chụp thường. {KEPT}")
    return _clean(picture)


def _from_heif(content: bytes) -> "Image":
    try:
        size, png = heif.decode(content, most_pixels=MOST_PIXELS, box=LARGEST)
    except heif.Undecodable as error:
        raise _damaged() from error
    _refuse_size(*size)
    return _opened(png)


def _refuse_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise BadPicture(
            "picture_too_large",
            f"Ảnh này lớn quá ({width} × {height} điểm). Mời chọn ảnh nhỏ hơn hoặc chụp lại. {KEPT}",
        )
    if min(width, height) < SHORTEST_SIDE:
        raise BadPicture("picture_too_small", f"Ảnh này nhỏ quá, không nhìn rõ hàng. Mời chụp lại. {KEPT}")


def refuse_heavy(size: int) -> None:
    """BadPicture for a file of more bytes than a picture may have."""
    if size > MOST_BYTES:
        megabytes = -(-size // MEGABYTE)
        raise BadPicture(
            "picture_too_heavy",
            f"Ảnh nặng {megabytes} MB, chợ nhận ảnh tới 12 MB. Mời chọn ảnh khác hoặc chụp lại. {KEPT}",
        )


def _opened(content: bytes) -> "Image":
    """The picture with its head read, its pixels not yet."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # this module alone judges sizes: the library's own limit is twice as wide
    try:
        return Image.open(BytesIO(content), formats=FORMATS)
    except Exception as error:
        raise BadPicture(
            "not_a_picture",
            f"Tệp này không phải ảnh chụp mà chợ đọc được (JPEG, PNG, WebP, HEIC). Mời chọn ảnh khác. {KEPT}",
        ) from error


def _clean(picture: "Image") -> "Image":
    from PIL import Image, ImageOps

    try:
        picture.draft("RGB", LARGEST)  # lets the JPEG reader skip what would be thrown away
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail(LARGEST, Image.Resampling.LANCZOS)
        seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        plain = Image.new("RGB", seen.size, "white")
        plain.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    except Exception as error:
        raise _damaged() from error
    return plain


def _damaged() -> BadPicture:
    sentence = f"Ảnh bị hỏng hoặc gửi chưa hết. Mời chọn lại hoặc chụp ảnh khác. {KEPT}"
    return BadPicture("damaged_picture", sentence)
