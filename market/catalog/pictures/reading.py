"""Turns what a phone sends into clean pixels: nothing of the file itself survives, not where it was taken either."""

from io import BytesIO
from typing import TYPE_CHECKING

from market.base.errors import Refused
from market.catalog.pictures import heif
from market.catalog.pictures.containers import Damaged, Still, still_of

if TYPE_CHECKING:  # the library is imported where it is used: it costs a start 100 ms
    from PIL.Image import Image

MEGABYTE = 1024 * 1024
MOST_BYTES = 12 * MEGABYTE
MOST_PIXELS = 40_000_000
MOST_UNFOLDED = 200_000_000
"""Bytes that a decoder may need in this process, by what the file's head says."""
MOST_SCANS = 32
"""How often a JPEG may go over its pixels; the usual progressive one does so 10 times."""
SHORTEST_SIDE = 32
LARGEST = (1280, 1707)
"""The box of the largest picture kept: 1280 wide, and as high as an upright phone picture of that width."""

FORMATS = ("JPEG", "PNG", "WEBP")
"""What is decoded in this process; HEIF is decoded apart from it."""
SIDEWAYS = range(5, 9)
"""EXIF's orientations in which width and height change places."""
KEPT = "Những gì đã điền vẫn còn."


class BadPicture(Refused):
    """A picture that cannot be used; the sentence says why and what to do."""


def read_picture(content: bytes) -> "Image":
    """The picture upright, in plain RGB, no larger than LARGEST, bare of EXIF, GPS and colour profiles.

    How much it unfolds to is judged before anything is decoded: a file of 2 KB can unfold to 600 MB.
    """
    refuse_heavy(len(content))
    if heif.is_heif(content):
        return _clean(_from_heif(content))
    try:
        still = still_of(content)
    except Damaged as error:
        raise _damaged() from error
    if still is None:
        raise _not_a_picture()
    _refuse_unfolding(still)
    return _clean(_opened(still.content), still.orientation)


def _refuse_unfolding(still: Still) -> None:
    _refuse_size(still.width, still.height)
    if still.width * still.height * still.pixel_bytes > MOST_UNFOLDED:
        raise _too_large(still.width, still.height)
    if still.is_moving:
        raise BadPicture("moving_picture", f"Đây là ảnh động. Mời chọn một ảnh chụp thường. {KEPT}")
    if still.scans > MOST_SCANS:
        raise BadPicture(
            "too_many_scans",
            f"Ảnh này nén theo kiểu chợ không mở được. Mời chụp lại, hoặc chụp màn hình ảnh này rồi gửi. {KEPT}",
        )


def _from_heif(content: bytes) -> "Image":
    try:
        size, png = heif.decode(content, most_pixels=MOST_PIXELS, box=LARGEST)
    except heif.Undecodable as error:
        raise _damaged() from error
    _refuse_size(*size)
    return _opened(png)


def _refuse_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large(width, height)
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
        raise _not_a_picture() from error


def _clean(picture: "Image", orientation: int = 1) -> "Image":
    """The picture made small before it is turned, so that it is never held twice in its full size."""
    from PIL import Image

    box = LARGEST[::-1] if orientation in SIDEWAYS else LARGEST
    try:
        picture.draft("RGB", box)  # lets the JPEG reader skip what would be thrown away
        picture.thumbnail(box, Image.Resampling.LANCZOS)
        seen = _upright(picture, orientation)
        seen = seen.convert("RGBA" if seen.has_transparency_data else "RGB")
        plain = Image.new("RGB", seen.size, "white")
        plain.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    except Exception as error:
        raise _damaged() from error
    return plain


def _upright(picture: "Image", orientation: int) -> "Image":
    """EXIF 2.3, table 6: how what was kept in this orientation comes to stand upright."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[orientation]) if orientation in turns else picture


def _not_a_picture() -> BadPicture:
    sentence = f"Tệp này không phải ảnh chụp mà chợ đọc được (JPEG, PNG, WebP, HEIC). Mời chọn ảnh khác. {KEPT}"
    return BadPicture("not_a_picture", sentence)


def _too_large(width: int, height: int) -> BadPicture:
    sentence = f"Ảnh này lớn quá ({width} × {height} điểm). Mời chọn ảnh nhỏ hơn hoặc chụp lại. {KEPT}"
    return BadPicture("picture_too_large", sentence)


def _damaged() -> BadPicture:
    sentence = f"Ảnh bị hỏng hoặc gửi chưa hết. Mời chọn lại hoặc chụp ảnh khác. {KEPT}"
    return BadPicture("damaged_picture", sentence)
