"""A PNG read a strip of rows at a time: its own decoder would hold all of it, 200 MB for a phone's 50 million points.

A strip is unfiltered by the library, which is given it as a small PNG whose first row is the last one of the strip
before. Of 16 bits a colour the upper eight are kept: every byte is filtered by bytes of its own kind alone.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from market.catalog.pictures.containers import Damaged
from market.catalog.pictures.containers.chunks import chunks
from market.catalog.pictures.containers.png import SIGNATURE

if TYPE_CHECKING:
    from PIL.Image import Image

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""ISO 15948, table 11.1: values a pixel, by the kind of colour."""
PALETTE = 3
UNFILTERED = {1: ("L", 0), 2: ("LA", 4), 3: ("RGB", 2), 4: ("RGBA", 6)}
"""How the library takes rows whose filter looks so many bytes back, and the kind of colour that says so."""
MODES = {
    (1, 0): ("1", "1"),
    (2, 0): ("L", "L;2"),
    (4, 0): ("L", "L;4"),
    (8, 0): ("L", "L"),
    (8, 2): ("RGB", "RGB"),
    (1, 3): ("P", "P;1"),
    (2, 3): ("P", "P;2"),
    (4, 3): ("P", "P;4"),
    (8, 3): ("P", "P"),
    (8, 4): ("LA", "LA"),
    (8, 6): ("RGBA", "RGBA"),
}
"""The library's names of pixels, by bits and kind of colour."""
STORED = 0
"""zlib's level that packs nothing."""


class Rows:
    """The picture of a bare PNG without interlacing."""

    def __init__(self, content: bytes) -> None:
        parts = [(kind, chunk[8:-4]) for kind, chunk in chunks(content, len(SIGNATURE), ">I4s", after=4, last=b"IEND")]
        head = {kind: bytes(chunk) for kind, chunk in parts if kind != b"IDAT"}
        self.width, self.height, bits, self._kind = struct.unpack_from(">IIBB", head[b"IHDR"])
        self._is_wide = bits == 16
        self._bits = 8 if self._is_wide else bits
        if (self._bits, self._kind) not in MODES:
            raise Damaged
        self._palette, self._clear = head.get(b"PLTE"), head.get(b"tRNS")
        self._packed = [chunk for kind, chunk in parts if kind == b"IDAT"]
        self._pixel_bits = self._bits * CHANNELS[self._kind]
        self.row_bytes = -(-self.width * self._pixel_bits // 8)

    def strips(self, height: int) -> Iterator["Image"]:
        """The picture from above, so many rows at a time; Damaged where some are missing."""
        before = bytes(self.row_bytes)
        left = self.height
        for filtered in self._filtered(height):
            raw = self._unfiltered(before, filtered)
            before = raw[-self.row_bytes :]
            left -= len(raw) // self.row_bytes
            yield self._picture(raw)
        if left:
            raise Damaged

    def _filtered(self, height: int) -> Iterator[bytes]:
        """Rows as they were packed, each with the number of its filter before it."""
        row = 1 + self.row_bytes * (2 if self._is_wide else 1)
        unpacking, left, unpacked = zlib.decompressobj(), self.height, bytearray()
        try:
            for piece in self._packed:
                packed: bytes | memoryview = piece
                while left and packed:
                    wanted = row * min(height, left)
                    unpacked += unpacking.decompress(packed, wanted - len(unpacked))
                    packed = unpacking.unconsumed_tail
                    if len(unpacked) == wanted:
                        yield self._narrowed(unpacked, row) if self._is_wide else bytes(unpacked)
                        left -= wanted // row
                        unpacked.clear()
        except zlib.error as error:
            raise Damaged from error

    @staticmethod
    def _narrowed(rows: bytearray, row: int) -> bytes:
        """The upper byte of each value."""
        return b"".join(rows[at : at + 1] + rows[at + 1 : at + row : 2] for at in range(0, len(rows), row))

    def _unfiltered(self, before: bytes, filtered: bytes) -> bytes:
        from PIL import Image

        back = max(1, self._pixel_bits // 8)
        mode, kind = UNFILTERED[back]
        height = 1 + len(filtered) // (1 + self.row_bytes)
        head = struct.pack(">IIBBBBB", self.row_bytes // back, height, 8, kind, 0, 0, 0)
        rows = zlib.compress(b"\0" + before + filtered, STORED)
        small = SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
        with Image.open(BytesIO(small), formats=["PNG"]) as rows_read:
            return rows_read.convert(mode).tobytes()[self.row_bytes :]

    def _picture(self, raw: bytes) -> "Image":
        from PIL import Image

        mode, raw_mode = MODES[self._bits, self._kind]
        picture = Image.frombytes(mode, (self.width, len(raw) // self.row_bytes), raw, "raw", raw_mode)
        if self._kind == PALETTE:
            picture.putpalette(self._palette or b"\0\0\0")
        if self._clear:
            picture.info["transparency"] = self._see_through(self._clear)
        return picture

    def _see_through(self, said: bytes) -> bytes | int | tuple[int, ...]:
        """What the library knows it by: the palette's alphas, or the one grey or colour that is not seen."""
        if self._kind == PALETTE:
            return said
        values = [one >> 8 if self._is_wide else one for one in struct.unpack(f">{len(said) // 2}H", said)]
        scale = 255 // (2**self._bits - 1)
        return values[0] * scale if len(values) == 1 else tuple(values)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))
