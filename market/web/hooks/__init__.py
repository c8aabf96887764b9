"""Signed calls of other machines."""

from market.web.hooks import views as views
from market.web.hooks.blueprint import blueprint

__all__ = ["blueprint"]
