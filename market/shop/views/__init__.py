"""Buyer pages."""

from market.shop.views.blueprint import blueprint

__all__ = ["blueprint"]
