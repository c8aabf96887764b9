"""What is collected of a picture file on the way through it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from market.catalog.pictures.containers.exif import orientation_of

MOST_PARTS = 40_000
"""Segments, scans and chunks; a picture of 32 MB in pieces of 1 KB has fewer."""


class Damaged(Exception):
    """The file is cut off, or is not what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A picture file with the one picture alone. `held` are the bytes that its decoder holds beside the picture,
    however small that is wanted, `scans` how often it goes over all of the pixels, `scales` by what it can divide both
    sides while decoding; a file `in rows` is read row by row instead. `orientation` is EXIF's number (1 to 8) for how
    it must be turned, `profile` the ICC profile of its colours: not checked, and empty where they are sRGB."""

    content: bytes
    width: int
    height: int
    held: int
    scans: int = 1
    scales: tuple[int, ...] = (1,)
    is_in_rows: bool = False
    orientation: int
    profile: bytes = b""
    is_moving: bool = False

    @property
    def points(self) -> int:
        return self.width * self.height


@dataclass(slots=True)
class Parts:
    """A file's kept pieces, and what was learned of the whole."""

    kept: list[memoryview | bytes] = field(default_factory=list)
    size: tuple[int, int] | None = None
    pixel_bytes: float = 0
    scans: int = 0
    scales: tuple[int, ...] = (1,)
    is_in_rows: bool = False
    exif: bytes = b""
    profile: Callable[[], bytes] = bytes
    is_moving: bool = False

    def still(self, content: bytes) -> Still:
        if self.size is None:
            raise Damaged
        return Still(
            content=content,
            width=self.size[0],
            height=self.size[1],
            held=round(self.pixel_bytes * self.size[0] * self.size[1]),
            scans=self.scans,
            scales=self.scales,
            is_in_rows=self.is_in_rows,
            orientation=orientation_of(self.exif),
            profile=self.profile(),
            is_moving=self.is_moving,
        )
