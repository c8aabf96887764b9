"""Lots, their journal, their stamps."""

from market.web.stall.lots import views as views
