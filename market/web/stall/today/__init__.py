"""What waits today."""

from market.web.stall.today import views as views
