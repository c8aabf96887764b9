"""Góp ý: everybody proposes something to the commune, and follows it by a code."""

from market.web.shop.ideas import views as views
