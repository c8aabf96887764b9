"""A hamlet's helper, and help for a seller."""

from market.web.stall.helper import views as views
