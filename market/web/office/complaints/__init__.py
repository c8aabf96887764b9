"""Goods that were not right, of which buyer and stall could not agree."""

from market.web.office.complaints import views as views
