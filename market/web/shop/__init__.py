"""Buyers' pages."""

from market.web.shop import browse as browse
from market.web.shop import cart as cart
from market.web.shop import checkout as checkout
from market.web.shop import classes as classes
from market.web.shop import complaint as complaint
from market.web.shop import ideas as ideas
from market.web.shop import order as order
from market.web.shop import parts as parts
from market.web.shop import pay as pay
from market.web.shop import product as product
from market.web.shop import rating as rating
from market.web.shop import scan as scan
from market.web.shop import stamps as stamps
from market.web.shop import stories as stories
from market.web.shop import tickets as tickets
from market.web.shop.blueprint import blueprint

__all__ = ["blueprint"]
