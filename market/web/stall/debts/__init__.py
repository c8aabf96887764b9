"""Mua chịu: a stall's own book of who owes it."""

from market.web.stall.debts import views as views
