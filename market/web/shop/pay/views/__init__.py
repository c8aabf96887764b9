"""One module a page, or a page and its buttons."""

from market.web.shop.pay.views import card as card
from market.web.shop.pay.views import paying as paying
from market.web.shop.pay.views import refund as refund
