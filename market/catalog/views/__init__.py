"""A stall's listings, and the pictures of them."""

from market.catalog.views import cures as cures
from market.catalog.views import listings as listings
from market.catalog.views import photos as photos
from market.catalog.views import products as products
from market.catalog.views import units as units
from market.catalog.views import variants as variants
from market.catalog.views.blueprint import blueprint

__all__ = ["blueprint"]
