"""PNG (ISO 15948)."""

import struct
import zlib
from functools import partial

from market.catalog.pictures.colours import MOST_PROFILE, PRIMARIES, coded_profile, matrix_profile
from market.catalog.pictures.containers.chunks import chunks
from market.catalog.pictures.containers.parts import Parts, Still

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
COLOURS = frozenset({b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"})
AS_SRGB = 45455
"""What gAMA says of the usual curve, in hundred thousandths."""


def png(content: bytes) -> Still:
    parts = Parts(kept=[SIGNATURE], scans=1)
    said: dict[bytes, bytes] = {}
    for kind, chunk in chunks(content, len(SIGNATURE), ">I4s", after=4, last=b"IEND"):
        if kind == b"IHDR":
            parts.size = struct.unpack_from(">II", chunk, 8)
            parts.is_in_rows = not chunk[20]
        elif kind == b"acTL" and struct.unpack_from(">I", chunk, 8)[0] > 1:
            parts.is_moving = True
        elif kind == b"eXIf":
            parts.exif = bytes(chunk[8:-4])
        elif kind in COLOURS:
            said.setdefault(kind, bytes(chunk[8:-4]))
        if kind in PICTURE:
            parts.kept.append(chunk)
    parts.profile = partial(_profile, said)
    return parts.still(b"".join(parts.kept))


def _profile(said: dict[bytes, bytes]) -> bytes:
    """The first that says what the colours mean counts (PNG 3, 4.3)."""
    if b"cICP" in said:
        return coded_profile(said[b"cICP"][0])
    if b"iCCP" in said:
        return _unpacked(said[b"iCCP"])
    if b"sRGB" in said or b"gAMA" not in said:
        return b""
    gamma = struct.unpack(">I", said[b"gAMA"])[0]
    primaries = _primaries(said[b"cHRM"]) if b"cHRM" in said else PRIMARIES["sRGB"]
    if gamma == 0 or (abs(gamma - AS_SRGB) < 100 and b"cHRM" not in said):
        return b""
    return matrix_profile(primaries, gamma=100_000 / gamma)


def _primaries(said: bytes) -> tuple[float, ...]:
    """White, red, green, blue in hundred thousandths, as x and y."""
    white_x, white_y, *colours = (one / 100_000 for one in struct.unpack(">8I", said))
    return *colours, white_x, white_y


def _unpacked(said: bytes) -> bytes:
    """A profile has a name before it; empty where it cannot be unpacked, or would be of more than 4 MB."""
    _, _, packed = said.partition(b"\0")
    try:
        unpacking = zlib.decompressobj()
        profile = unpacking.decompress(packed[1:], MOST_PROFILE)
    except zlib.error:
        return b""
    return profile if unpacking.eof else b""
