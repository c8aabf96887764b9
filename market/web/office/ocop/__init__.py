"""The path to OCOP, and the products on it."""

from market.web.office.ocop import views as views
