"""A stall's goods."""

from market.web.stall.products import cures as cures
from market.web.stall.products import units as units
from market.web.stall.products import views as views
