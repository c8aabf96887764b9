"""Stamps on paper: the A4 sheet of labels."""

from market.trace.printing.layout import A4, Layout
from market.trace.printing.sheet import Label, stamp_sheet

__all__ = ["A4", "Label", "Layout", "stamp_sheet"]
