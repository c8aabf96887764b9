"""What the city's officers see: every commune by the same definitions."""

from market.web.office.city import views as views
