"""Seller and helper pages that compose."""

from market.stall.views.blueprint import blueprint

__all__ = ["blueprint"]
