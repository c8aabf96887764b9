"""What buyers say of goods that were handed to them."""

from market.web.shop.rating import views as views
