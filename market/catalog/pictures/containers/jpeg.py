"""JPEG (ITU T.81, annex B)."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from market.catalog.pictures.containers.parts import MOST_PARTS, Damaged, Parts, Still

FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
PROGRESSIVE = frozenset({0xC2, 0xCA})
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD, 0xE0, 0xEE})
"""Huffman and arithmetic tables, quantisers, restarts; JFIF's and Adobe's own, which say what the colours mean."""
COEFFICIENT = 2
"""Bytes in which a picture that comes in several scans keeps each of its values until the last."""
SCALES = (8, 4, 2, 1)
"""A decoder leaves seven of eight lines and columns out for next to nothing."""
SCAN, END, EXIF_SEGMENT, PROFILE_SEGMENT = 0xDA, 0xD9, 0xE1, 0xE2
EXIF_NAME, PROFILE_NAME = b"Exif\0\0", b"ICC_PROFILE\0"
_FILLING = re.compile(rb"\xff+")
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The marker that ends a scan: neither a stuffed byte nor a restart."""


@dataclass(slots=True)
class _Jpeg(Parts):
    components: int = 0
    coefficients: float = 0
    """Bytes a pixel: colours are mostly kept at half its width and height."""
    chapters: dict[int, bytes] = field(default_factory=dict)
    count: int = 0
    """The profile comes in pieces of 64 KB, which say which they are, of how many."""

    def whole_profile(self) -> bytes:
        """Empty where a piece of it is missing."""
        wanted = range(1, self.count + 1)
        return b"".join(self.chapters[number] for number in wanted) if set(wanted) <= set(self.chapters) else b""


def jpeg(content: bytes) -> Still:
    parts = _Jpeg(kept=[content[:2]], scales=SCALES)
    parts.profile = parts.whole_profile
    for marker, segment in _segments(content):
        if marker in FRAMES:
            _note_frame(parts, marker, segment)
        elif marker == SCAN:
            _note_scan(parts, segment)
        elif marker in (EXIF_SEGMENT, PROFILE_SEGMENT):
            _note_words(parts, segment)
            continue
        elif marker not in TABLES and marker != END:
            continue
        parts.kept.append(segment)
    return parts.still(b"".join(parts.kept))


def _note_frame(parts: _Jpeg, marker: int, segment: memoryview) -> None:
    if parts.size:
        raise Damaged
    height, width, parts.components = struct.unpack_from(">HHB", segment, 5)
    parts.size = width, height
    if not parts.components:
        raise Damaged
    factors = [segment[11 + 3 * number] for number in range(parts.components)]
    across, down = max(one >> 4 for one in factors), max(one & 15 for one in factors)
    if not (across and down):
        raise Damaged
    values = sum((one >> 4) * (one & 15) for one in factors) / (across * down)
    parts.coefficients = values * COEFFICIENT
    if marker in PROGRESSIVE:
        parts.pixel_bytes = parts.coefficients


def _note_scan(parts: _Jpeg, segment: memoryview) -> None:
    """A picture whose first scan does not tell all of each pixel is held whole until its last one."""
    parts.scans += 1
    if segment[4] < parts.components:
        parts.pixel_bytes = parts.coefficients


def _note_words(parts: _Jpeg, segment: memoryview) -> None:
    said = bytes(segment[4:])
    if said.startswith(EXIF_NAME):
        parts.exif = parts.exif or said
    elif said.startswith(PROFILE_NAME):
        number, parts.count = said[12], said[13]
        parts.chapters.setdefault(number, said[14:])


def _segments(content: bytes) -> Iterator[tuple[int, memoryview]]:
    """Each marker with its segment, a scan with all its data, up to the first picture's end."""
    at, view = 2, memoryview(content)
    for _ in range(MOST_PARTS):
        filling = _FILLING.match(content, at)
        if not filling:
            raise Damaged
        at = filling.end() - 1
        marker = content[at + 1]
        if marker == END:
            yield marker, view[at : at + 2]
            return
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == SCAN:
            after = _NEXT.search(content, end)
            end = after.start() if after else len(content)
        yield marker, view[at:end]
        if end >= len(content):
            return  # cut off: the decoder says so
        at = end
    raise Damaged
