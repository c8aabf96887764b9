"""Seller and helper pages that compose."""

from market.stall.views import card as card
from market.stall.views import helper as helper
from market.stall.views import money as money
from market.stall.views import orders as orders
from market.stall.views import signed as signed
from market.stall.views import to_answer as to_answer
from market.stall.views import today as today
from market.stall.views.blueprint import blueprint

__all__ = ["blueprint"]
