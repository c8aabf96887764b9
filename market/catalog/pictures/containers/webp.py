"""WebP (RFC 9649)."""

import struct

from market.catalog.pictures.containers.chunks import chunks
from market.catalog.pictures.containers.parts import Damaged, Parts, Still

PICTURE = frozenset({b"ALPH", b"VP8 ", b"VP8L"})
ALPHA = 0x10
WEBP_PIXEL = 12
"""Two canvases in the decoder, and the picture as it leaves it."""


def webp(content: bytes) -> Still:
    parts = Parts(pixel_bytes=WEBP_PIXEL, scans=1)
    for kind, chunk in chunks(content, 12, "<4sI", after=0):
        match kind:
            case b"VP8X":
                parts.size = _canvas(chunk)
                parts.kept.append(bytes(chunk[:8]) + bytes([chunk[8] & ALPHA]) + bytes(chunk[9:]))
            case b"ANIM" | b"ANMF":
                parts.is_moving = True
            case b"EXIF":
                parts.exif = bytes(chunk[8:])
            case b"ICCP":
                parts.profile = bytes(chunk[8:]).__bytes__
            case _ if kind in PICTURE:
                parts.kept.append(chunk)
                _note_own_size(parts, kind, chunk)
    body = b"WEBP" + b"".join(parts.kept)
    return parts.still(b"RIFF" + struct.pack("<I", len(body)) + body)


def _canvas(chunk: memoryview) -> tuple[int, int]:
    width, height = (int.from_bytes(chunk[at : at + 3], "little") + 1 for at in (12, 15))
    return width, height


def _note_own_size(parts: Parts, kind: bytes, chunk: memoryview) -> None:
    """What a picture says itself, in 14 bits each; Damaged where its canvas is another."""
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", chunk, 9)[0]
        own = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", chunk, 14)
        own = width & 0x3FFF, height & 0x3FFF
    else:
        return
    if parts.size not in (None, own):
        raise Damaged
    parts.size = own
