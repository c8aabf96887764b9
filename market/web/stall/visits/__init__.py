"""A helper's week: whom to visit, what was done, how far the hamlet is, and the month's sheet."""

from market.web.stall.visits import views as views
