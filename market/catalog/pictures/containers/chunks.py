"""Files that are a row of chunks: PNG and WebP."""

import struct
from collections.abc import Iterator

from market.catalog.pictures.containers.parts import MOST_PARTS, Damaged


def chunks(content: bytes, at: int, head: str, *, after: int, last: bytes = b"") -> Iterator[tuple[bytes, memoryview]]:
    """Each chunk's kind with the whole chunk, up to the `last` one: eight bytes of head, the data, what comes `after`
    it, and in WebP a byte where the length is odd."""
    view = memoryview(content)
    for _ in range(MOST_PARTS):
        if at + 8 > len(content):
            return
        one, other = struct.unpack_from(head, content, at)
        kind, length = (one, other) if isinstance(one, bytes) else (other, one)
        end = at + 8 + length + (after or length % 2)
        yield kind, view[at:end]
        if kind == last:
            return
        at = end
    raise Damaged
