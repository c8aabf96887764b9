"""What a stamp opens."""

from market.web.shop.stamps import views as views
