"""Turns what a phone sends into clean pixels: nothing of the file itself survives, not where it was taken either."""

from io import BytesIO
from typing import TYPE_CHECKING

from market.base.errors import Refused
from market.catalog.pictures import apart
from market.catalog.pictures.colours import coded_profile, to_srgb
from market.catalog.pictures.containers import Damaged, Still, still_of
from market.catalog.pictures.rows import Rows
from market.catalog.pictures.shrinking import LARGEST, PIXEL, fitted, shrunk, strip_height, strips_of, whole_steps

if TYPE_CHECKING:  # the library is imported where it is used: it costs a start 100 ms
    from PIL.Image import Image

MEGABYTE = 1024 * 1024
MOST_BYTES = 32 * MEGABYTE
MOST_PIXELS = 110_000_000
MOST_UNFOLDED = 200_000_000
"""Bytes that taking a picture in may need in this process: its file twice, and what its head says of the rest."""
MOST_SCANS = 32
"""How often a JPEG may go over its pixels; the usual progressive one does so 10 times."""
MOST_HELD = 64_000_000
"""Bytes that a decoder may hold at once in this process: what takes more is decoded apart from it, as HEIF is."""
SHORTEST_SIDE = 32

FORMATS = ("JPEG", "PNG", "WEBP")
SIDEWAYS = range(5, 9)
"""EXIF's orientations in which width and height change places."""
KEPT = "Những gì đã điền vẫn còn."
OTHERWISE = f"Mời chụp lại, hoặc chụp màn hình ảnh này rồi gửi. {KEPT}"


class BadPicture(Refused):
    """A picture that cannot be used; the sentence says why and what to do."""


def read_picture(content: bytes) -> "Image":
    """The picture upright, in RGB that means sRGB, no larger than LARGEST, bare of EXIF, GPS and colour profiles.

    How much it unfolds to is judged before anything is decoded: a file of 2 KB can unfold to 600 MB.
    """
    refuse_heavy(len(content))
    if apart.is_heif(content):
        return _from_heif(content)
    still = _taken_apart(content)
    _refuse_unfolding(still)
    return _clean(still)


def _taken_apart(content: bytes) -> Still:
    try:
        still = still_of(content)
    except Damaged as error:
        raise _damaged() from error
    if still is None:
        raise _not_a_picture()
    return still


def _refuse_unfolding(still: Still) -> None:
    _refuse_size(still.width, still.height)
    if _unfolds(still) > MOST_UNFOLDED:
        raise _too_large(still.width, still.height)
    if still.is_moving:
        raise BadPicture("moving_picture", f"Đây là ảnh động. Mời chọn một ảnh chụp thường. {KEPT}")
    if still.scans > MOST_SCANS:
        raise BadPicture("too_many_scans", f"Ảnh này nén theo kiểu chợ không mở được. {OTHERWISE}")


def _unfolds(still: Still) -> int:
    """Bytes, at most: the file as sent and as bare, the picture as decoded, beside it what its decoder holds, and after
    that the picture by whole steps smaller."""
    wanted = _wanted(still)
    scaled = [-(-side // _scale(still, wanted)) for side in (still.width, still.height)]
    steps = whole_steps((scaled[0], scaled[1]), wanted)
    whole = scaled[0] * scaled[1] * PIXEL
    return 2 * len(still.content) + (0 if still.is_in_rows else whole) + max(still.held, whole // steps**2)


def _wanted(still: Still) -> tuple[int, int]:
    """The size of the picture to be kept, as it lies in the file: not yet turned."""
    return fitted(still.width, still.height, LARGEST[::-1] if still.orientation in SIDEWAYS else LARGEST)


def _scale(still: Still, wanted: tuple[int, int]) -> int:
    """By what the decoder itself divides."""
    most = min(still.width // wanted[0], still.height // wanted[1])
    return next((one for one in still.scales if one <= most), 1)


def _from_heif(content: bytes) -> "Image":
    try:
        decoded = apart.decode_heif(content, most_pixels=MOST_PIXELS, box=LARGEST)
    except apart.Undecodable as error:
        raise _damaged() from error
    _refuse_size(*decoded.size)
    if decoded.small is None:
        raise _damaged()
    return to_srgb(decoded.small, decoded.profile or coded_profile(decoded.primaries))


def _refuse_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large(width, height)
    if min(width, height) < SHORTEST_SIDE:
        raise BadPicture("picture_too_small", f"Ảnh này nhỏ quá, không nhìn rõ hàng. Mời chụp lại. {KEPT}")


def refuse_heavy(size: int) -> None:
    """BadPicture for a file of more bytes than a picture may have."""
    if size > MOST_BYTES:
        heavy, most = -(-size // MEGABYTE), MOST_BYTES // MEGABYTE
        raise BadPicture("picture_too_heavy", f"Ảnh nặng {heavy} MB, chợ nhận ảnh tới {most} MB. {OTHERWISE}")


def _clean(still: Still) -> "Image":
    """The picture made small before it is turned, so that it is never held twice in its full size."""
    wanted = _wanted(still)
    try:
        small = _small(still, wanted)
        return _upright(to_srgb(small, still.profile), still.orientation)
    except BadPicture:
        raise
    except Exception as error:
        raise _damaged() from error


def _small(still: Still, wanted: tuple[int, int]) -> "Image":
    """The picture in this size, in RGB, L or CMYK, as it lies in the file."""
    size = (still.width, still.height)
    if still.is_in_rows:
        rows = Rows(still.content)
        return shrunk(rows.strips(strip_height(still.width * PIXEL, whole_steps(size, wanted))), size, wanted)
    if still.held > MOST_HELD:
        small = apart.decode_still(still.content, wanted).small
        if small is None:
            raise _damaged()
        return small
    return shrunk(*strips_of(_opened(still.content), wanted), wanted)


def _opened(content: bytes) -> "Image":
    """The picture with its head read, its pixels not yet."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # this module alone judges sizes: the library's own limit is twice as wide
    try:
        return Image.open(BytesIO(content), formats=FORMATS)
    except Exception as error:
        raise _not_a_picture() from error


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
    sentence = f"Ảnh này lớn quá ({width} × {height} điểm). {OTHERWISE}"
    return BadPicture("picture_too_large", sentence)


def _damaged() -> BadPicture:
    sentence = f"Ảnh bị hỏng hoặc gửi chưa hết. Mời chọn lại hoặc chụp ảnh khác. {KEPT}"
    return BadPicture("damaged_picture", sentence)
