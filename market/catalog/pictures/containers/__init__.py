"""Takes a picture file apart without decoding anything: how large it would unfold, what its colours mean, and the file
bare of all else.

Only the parts that make up the one still picture are left. What a phone adds (EXIF, a second picture, a short film
behind the first) never reaches a decoder: of EXIF with 16,000 entries that overlap, the library writes 16,000 warnings.
"""

import struct

from market.catalog.pictures.containers.exif import UPRIGHT, orientation_of
from market.catalog.pictures.containers.jpeg import jpeg
from market.catalog.pictures.containers.parts import Damaged, Still
from market.catalog.pictures.containers.png import SIGNATURE, png
from market.catalog.pictures.containers.webp import WEBP_PIXEL, webp

__all__ = ["UPRIGHT", "WEBP_PIXEL", "Damaged", "Still", "orientation_of", "still_of"]


def still_of(content: bytes) -> Still | None:
    """The one picture in a JPEG, PNG or WebP file; None for any other file, Damaged where it cannot be read so far."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return jpeg(content)
        if content.startswith(SIGNATURE):
            return png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return webp(content)
    except (struct.error, IndexError) as error:
        raise Damaged from error
    return None
