"""What was bought."""

from market.web.shop.order import views as views
