"""What came in, and what waits for money."""

from market.web.stall.money import views as views
