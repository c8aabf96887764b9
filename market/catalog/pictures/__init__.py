"""Pictures of goods: read with care, made into WebP in three widths, kept in storage."""

from market.catalog.pictures.keeping import WIDTHS, forget, is_kept, keep, load

__all__ = ["WIDTHS", "forget", "is_kept", "keep", "load"]
