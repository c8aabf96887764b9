"""Products with potential, as they were surveyed."""

from market.web.office.survey import views as views
