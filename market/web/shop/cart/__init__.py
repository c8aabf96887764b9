"""The cart."""

from market.web.shop.cart import views as views
