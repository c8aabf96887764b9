"""One module a page, or a page and its buttons."""

from market.web.shop.order.views import changing as changing
from market.web.shop.order.views import orders as orders
