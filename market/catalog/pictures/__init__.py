"""Pictures of goods: read with care, made into WebP in five widths, kept in storage."""

from market.catalog.pictures.keeping import WIDTHS, files_of, forget, is_kept, jpeg_address, keep, load
from market.catalog.pictures.reading import MEGABYTE, MOST_BYTES, refuse_heavy

__all__ = [
    "MEGABYTE",
    "MOST_BYTES",
    "WIDTHS",
    "files_of",
    "forget",
    "is_kept",
    "jpeg_address",
    "keep",
    "load",
    "refuse_heavy",
]
