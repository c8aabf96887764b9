"""Farming models, and the farm households that count."""

from market.web.office.farming import views as views
