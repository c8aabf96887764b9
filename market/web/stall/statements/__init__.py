"""A seller's own statement: sent, looked at, taken."""

from market.web.stall.statements import views as views
