"""The commune's figure, and the orders behind it."""

from market.web.office.kpi import views as views
