"""Goods for other marketplaces."""

from market.web.stall.channels import views as views
