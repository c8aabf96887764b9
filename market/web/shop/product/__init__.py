"""One product."""

from market.web.shop.product import views as views
