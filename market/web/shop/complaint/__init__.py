"""A buyer says that goods were not right."""

from market.web.shop.complaint import views as views
