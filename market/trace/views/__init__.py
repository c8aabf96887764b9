"""Lots, their journal, stamps, and the page a stamp opens."""

from market.trace.views.blueprint import blueprint

__all__ = ["blueprint"]
