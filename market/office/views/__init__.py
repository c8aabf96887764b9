"""The commune office's pages."""

from market.office.views import goods as goods
from market.office.views.blueprint import blueprint

__all__ = ["blueprint"]
