"""Taking cards."""

from market.web.stall.card import views as views
