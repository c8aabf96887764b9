"""A package whose bytes say nothing but its content: no clock, no order of chance."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_THEN = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6


def member(path: str) -> ZipInfo:
    """A member's entry, always with the same time and the same rights."""
    entry = ZipInfo(path, date_time=_THEN)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    entry.create_system = 3
    return entry


def sealed(raw: bytes) -> bytes:
    """The same package, its members in their order, without the times at which they were written."""
    out = BytesIO()
    with ZipFile(BytesIO(raw)) as given, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for path in given.namelist():
            package.writestr(member(path), given.read(path), compresslevel=_LEVEL)
    return out.getvalue()
