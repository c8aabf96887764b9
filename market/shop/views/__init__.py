"""Buyer pages."""

from market.shop.views import parts as parts
from market.shop.views.blueprint import blueprint

__all__ = ["blueprint"]
