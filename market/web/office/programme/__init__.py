"""What of the plan stands where, and the goods that stand for the commune."""

from market.web.office.programme import views as views
