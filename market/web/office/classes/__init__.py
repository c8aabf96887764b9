"""Classes for the people of the commune: their lists, and what came of them."""

from market.web.office.classes import views as views
