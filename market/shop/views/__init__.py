"""Buyer pages."""

from market.shop.views import browse as browse
from market.shop.views import card as card
from market.shop.views import cart as cart
from market.shop.views import checkout as checkout
from market.shop.views import kept as kept
from market.shop.views import orders as orders
from market.shop.views import parts as parts
from market.shop.views import paying as paying
from market.shop.views import product as product
from market.shop.views import scan as scan
from market.shop.views.blueprint import blueprint

__all__ = ["blueprint"]
