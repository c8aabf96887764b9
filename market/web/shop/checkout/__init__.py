"""From the cart to an order."""

from market.web.shop.checkout import views as views
