"""Every part of the pages on one page, in development."""

from market.web.shop.parts import views as views
