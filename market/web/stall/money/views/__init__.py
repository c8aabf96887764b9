"""One module a page, or a page and its buttons."""

from market.web.stall.money.views import money as money
from market.web.stall.money.views import refund as refund
