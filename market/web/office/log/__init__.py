"""Who did what for whom."""

from market.web.office.log import views as views
