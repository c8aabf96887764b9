"""A stall's marketplaces: templates, what is ready to go, filled files, and pictures as marketplaces take them."""

from market.channels.views import board as board
from market.channels.views import pictures as pictures
from market.channels.views import products as products
from market.channels.views.blueprint import blueprint

__all__ = ["blueprint"]
