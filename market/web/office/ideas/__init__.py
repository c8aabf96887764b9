"""Góp ý in the office: what people propose, and what becomes of it."""

from market.web.office.ideas import views as views
