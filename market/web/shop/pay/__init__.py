"""Paying an order: by transfer, by card."""

from market.web.shop.pay import views as views
