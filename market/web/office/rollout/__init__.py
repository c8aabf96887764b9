"""The first day of a commune on its market, and how the market spreads hamlet by hamlet."""

from market.web.office.rollout import views as views
