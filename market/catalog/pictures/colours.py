"""What a picture's colours mean: from the ICC profile that came with it to sRGB, in which the market keeps pictures.

A phone of today photographs in Display P3, a camera in Adobe RGB, a printer's file is in CMYK. Read as if it were sRGB,
a P3 picture comes out dull. A browser that makes a picture small does the same for those who have JavaScript.
"""

import struct
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PROFILE = 4 * 1024 * 1024
"""Bytes; a printer's profile has about 0.6 to 2.7 MB, a phone's has 500."""
SMALLEST_PROFILE = 128
OF_MODE = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK"}
"""ICC.1, 7.2.6: the colours that a profile is about, by the library's mode."""
OF_PICTURES = frozenset({b"mntr", b"scnr", b"prtr", b"spac"})
"""ICC.1, 7.2.5: the kinds of profile that lead from a picture's colours to others."""

PRIMARIES = {
    "sRGB": (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290),
    "Display P3": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290),
    "Adobe RGB": (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290),
    "BT.2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290),
}
"""x and y of red, green, blue and white (CIE 1931)."""
CODED = {9: PRIMARIES["BT.2020"], 12: PRIMARIES["Display P3"]}
"""ITU-T H.273, table 2: what HEIF and PNG write for short, where it is other than sRGB."""


def to_srgb(picture: "Image", profile: bytes) -> "Image":
    """A picture in RGB, L or CMYK as RGB that means sRGB. A profile that is none, or of other colours, is passed over,
    as a browser does."""
    if profile and _is_of(profile, picture.mode):
        from PIL import ImageCms

        try:
            own, wanted = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(picture, own, wanted, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return picture.convert("RGB")
        return turned or picture.convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _is_of(profile: bytes, mode: str) -> bool:
    size = len(profile)
    return (
        SMALLEST_PROFILE <= size <= MOST_PROFILE
        and profile[36:40] == b"acsp"
        and profile[16:20] == OF_MODE.get(mode)
        and profile[12:16] in OF_PICTURES
    )


# --- a profile of a file that only names its colours -----------------------------------------------------------------

D50 = (0.9642, 1.0, 0.8249)
BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
"""How an eye takes one white for another (ICC.1, annex E)."""
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
Matrix = Sequence[Sequence[float]]


def coded_profile(number: int) -> bytes:
    """The profile of primaries by their number (H.273); empty for sRGB's own, and for others that no phone writes."""
    return matrix_profile(CODED[number]) if number in CODED else b""


def matrix_profile(primaries: Sequence[float], *, gamma: float | None = None) -> bytes:
    """An ICC profile (ICC.1, 8.3.3) for x and y of red, green, blue and white, with sRGB's curve or a power of this
    exponent. Empty where there are no such colours."""
    try:
        columns = _transposed(_seen_under_d50(primaries))
    except ZeroDivisionError:
        return b""
    curve = _curve(gamma)
    tags = {b"wtpt": _xyz(D50), b"cprt": _text("CC0"), b"desc": _text("named")}
    tags |= {name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return _profile_of(tags)


def _seen_under_d50(primaries: Sequence[float]) -> Matrix:
    """Red, green and blue as columns of XYZ, as they are seen where white is D50."""
    *colours, white = [_whole(x, y) for x, y in zip(primaries[::2], primaries[1::2], strict=True)]
    columns = _transposed(colours)
    shares = _times(_inverse(columns), _transposed([white]))
    own = [[value * share[0] for value, share in zip(row, shares, strict=True)] for row in columns]
    cones = [row[0] for row in _times(BRADFORD, _transposed([white]))]
    wanted = [row[0] for row in _times(BRADFORD, _transposed([D50]))]
    scaled = [[wanted[n] / cones[n] if n == m else 0.0 for m in range(3)] for n in range(3)]
    return _times(_times(_times(_inverse(BRADFORD), scaled), BRADFORD), own)


def _whole(x: float, y: float) -> tuple[float, float, float]:
    return x / y, 1.0, (1 - x - y) / y


def _transposed(rows: Matrix) -> Matrix:
    return list(zip(*rows, strict=True))


def _times(one: Matrix, other: Matrix) -> Matrix:
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in _transposed(other)] for row in one]


def _inverse(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    cofactors = [
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    ]
    whole = a * cofactors[0][0] + b * cofactors[1][0] + c * cofactors[2][0]
    return [[value / whole for value in row] for row in cofactors]


def _fixed(*values: float) -> bytes:
    """s15Fixed16Number."""
    bounded = (max(-(2**31), min(2**31 - 1, round(value * 65536))) for value in values)
    return b"".join(struct.pack(">i", value) for value in bounded)


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _curve(gamma: float | None) -> bytes:
    if gamma is None:
        return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _fixed(*SRGB_CURVE)
    return b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + _fixed(gamma)


def _text(words: str) -> bytes:
    content = words.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(content), 28) + content


def _profile_of(tags: dict[bytes, bytes]) -> bytes:
    at, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        padded = content + b"\0" * (-len(content) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(content))
        body += padded
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s12s4s", size, b"\0\0\0\0", 0x04300000, b"mntr", b"RGB ", b"XYZ ", b"", b"acsp")
    head += b"\0" * (68 - len(head)) + _fixed(*D50)
    return head.ljust(128, b"\0") + table + body
