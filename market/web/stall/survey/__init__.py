"""Products that helpers survey in their hamlets."""

from market.web.stall.survey import views as views
