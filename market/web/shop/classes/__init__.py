"""Signing in at a class."""

from market.web.shop.classes import views as views
