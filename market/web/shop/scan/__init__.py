"""The camera that reads stamps."""

from market.web.shop.scan import views as views
