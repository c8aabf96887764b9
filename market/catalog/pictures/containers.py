"""Takes a picture file apart without decoding anything: how large it would unfold, and the file bare of all else.

Only the parts that make up the one still picture are left. What a phone adds (EXIF, colour profiles, a second picture,
a short film behind the first) never reaches a decoder: of EXIF with 16,000 entries that overlap, the library writes
16,000 warnings.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_PARTS = 20_000
"""Segments, scans and chunks; a picture of 12 MB in pieces of 1 KB has fewer."""
RGBX = 4
"""Bytes in which the library keeps a pixel."""
UPRIGHT = 1
ORIENTATION = 0x0112


class Damaged(Exception):
    """The file is cut off, or is not what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A picture file with the one picture alone. `pixel_bytes` is what its decoder needs for each pixel, `scans` how
    often it goes over all of them, `orientation` EXIF's number (1 to 8) for how it must be turned."""

    content: bytes
    width: int
    height: int
    pixel_bytes: int
    scans: int = 1
    orientation: int = UPRIGHT
    is_moving: bool = False


@dataclass(slots=True)
class _Parts:
    """What is collected of a file on the way through it."""

    kept: list[bytes] = field(default_factory=list)
    size: tuple[int, int] | None = None
    pixel_bytes: int = RGBX
    components: int = 0
    scans: int = 0
    exif: bytes = b""
    is_moving: bool = False

    def still(self, content: bytes) -> Still:
        if self.size is None:
            raise Damaged
        return Still(
            content=content,
            width=self.size[0],
            height=self.size[1],
            pixel_bytes=self.pixel_bytes,
            scans=self.scans,
            orientation=orientation_of(self.exif),
            is_moving=self.is_moving,
        )


def still_of(content: bytes) -> Still | None:
    """The one picture in a JPEG, PNG or WebP file; None for any other file, Damaged where it cannot be read so far."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content.startswith(PNG):
            return _png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError) as error:
        raise Damaged from error
    return None


# --- JPEG (ITU T.81, annex B) ---------------------------------------------------------------------------------------

FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
PROGRESSIVE = frozenset({0xC2, 0xCA})
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD, 0xE0, 0xEE})
"""Huffman and arithmetic tables, quantisers, restarts; JFIF's and Adobe's own, which say what the colours mean."""
COEFFICIENT = 2
"""Bytes in which a picture that comes in several scans keeps each value of a pixel until the last."""
SCAN, END, EXIF_SEGMENT = 0xDA, 0xD9, 0xE1
_FILLING = re.compile(rb"\xff+")
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The marker that ends a scan: neither a stuffed byte nor a restart."""


def _jpeg(content: bytes) -> Still:
    parts = _Parts(kept=[content[:2]])
    for marker, segment in _segments(content):
        if marker in FRAMES:
            _note_frame(parts, marker, segment)
        elif marker == SCAN:
            _note_scan(parts, segment)
        elif marker == EXIF_SEGMENT and segment[4:10] == b"Exif\0\0":
            parts.exif = parts.exif or segment[10:]
        elif marker not in TABLES and marker != END:
            continue
        if marker != EXIF_SEGMENT:
            parts.kept.append(segment)
    return parts.still(b"".join(parts.kept))


def _note_frame(parts: _Parts, marker: int, segment: bytes) -> None:
    if parts.size:
        raise Damaged
    height, width, parts.components = struct.unpack_from(">HHB", segment, 5)
    parts.size = width, height
    if marker in PROGRESSIVE:
        parts.pixel_bytes = RGBX + parts.components * COEFFICIENT


def _note_scan(parts: _Parts, segment: bytes) -> None:
    """A picture whose first scan does not tell all of each pixel is held whole until its last one."""
    parts.scans += 1
    if segment[4] < parts.components:
        parts.pixel_bytes = RGBX + parts.components * COEFFICIENT


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its segment, a scan with all its data, up to the first picture's end."""
    at = 2
    for _ in range(MOST_PARTS):
        filling = _FILLING.match(content, at)
        if not filling:
            raise Damaged
        at = filling.end() - 1
        marker = content[at + 1]
        if marker == END:
            yield marker, content[at : at + 2]
            return
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == SCAN:
            after = _NEXT.search(content, end)
            end = after.start() if after else len(content)
        yield marker, content[at:end]
        if end >= len(content):
            return  # cut off: the decoder says so
        at = end
    raise Damaged


# --- PNG (ISO 15948) ------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n"
PNG_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def _png(content: bytes) -> Still:
    parts = _Parts(kept=[PNG], scans=1)
    for kind, chunk in _chunks(content, len(PNG), ">I4s", after=4):
        if kind == b"IHDR":
            parts.size = struct.unpack_from(">II", chunk, 8)
        elif kind == b"acTL" and struct.unpack_from(">I", chunk, 8)[0] > 1:
            parts.is_moving = True
        elif kind == b"eXIf":
            parts.exif = chunk[8:-4]
        if kind in PNG_PARTS:
            parts.kept.append(chunk)
    return parts.still(b"".join(parts.kept))


# --- WebP (RFC 9649) ------------------------------------------------------------------------------------------------

WEBP_PARTS = frozenset({b"ALPH", b"VP8 ", b"VP8L"})
ALPHA = 0x10
WEBP_PIXEL = 16
"""Two canvases in the decoder, the picture as it leaves it and as it is kept."""


def _webp(content: bytes) -> Still:
    parts = _Parts(pixel_bytes=WEBP_PIXEL, scans=1)
    for kind, chunk in _chunks(content, 12, "<4sI", after=0):
        if kind == b"VP8X":
            parts.size = _canvas(chunk)
            chunk = chunk[:8] + bytes([chunk[8] & ALPHA]) + chunk[9:]
        elif kind in (b"ANIM", b"ANMF"):
            parts.is_moving = True
        elif kind == b"EXIF":
            parts.exif = chunk[8:]
        if kind == b"VP8X" or kind in WEBP_PARTS:
            parts.kept.append(chunk)
            _note_own_size(parts, kind, chunk)
    body = b"WEBP" + b"".join(parts.kept)
    return parts.still(b"RIFF" + struct.pack("<I", len(body)) + body)


def _canvas(chunk: bytes) -> tuple[int, int]:
    width, height = (int.from_bytes(chunk[at : at + 3], "little") + 1 for at in (12, 15))
    return width, height


def _note_own_size(parts: _Parts, kind: bytes, chunk: bytes) -> None:
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


def _chunks(content: bytes, at: int, head: str, *, after: int) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's kind with the whole chunk: eight bytes of head, the data, what comes `after` it, and in WebP a byte
    where the length is odd."""
    for _ in range(MOST_PARTS):
        if at + 8 > len(content):
            return
        one, other = struct.unpack_from(head, content, at)
        kind, length = (one, other) if isinstance(one, bytes) else (other, one)
        end = at + 8 + length + (after or length % 2)
        yield kind, content[at:end]
        if kind == b"IEND":
            return
        at = end
    raise Damaged


# --- EXIF (TIFF 6.0, section 2) -------------------------------------------------------------------------------------


def orientation_of(exif: bytes) -> int:
    """How the picture must be turned; upright where the block does not say so. One value is read of it, no list."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif.removeprefix(b"Exif\0\0")[:4])
    if order is None:
        return UPRIGHT
    tiff = exif.removeprefix(b"Exif\0\0")
    try:
        first = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count = struct.unpack_from(f"{order}H", tiff, first)[0]
        entries = (struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number) for number in range(count))
        return next((value for tag, _, _, value in entries if tag == ORIENTATION and value in range(1, 9)), UPRIGHT)
    except struct.error:
        return UPRIGHT
