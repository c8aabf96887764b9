"""One module a page, or a page and its buttons."""

from market.web.stall.products.views import listings as listings
from market.web.stall.products.views import photos as photos
from market.web.stall.products.views import products as products
from market.web.stall.products.views import variants as variants
