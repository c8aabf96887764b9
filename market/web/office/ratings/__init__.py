"""What buyers say, and what of it an officer hides."""

from market.web.office.ratings import views as views
