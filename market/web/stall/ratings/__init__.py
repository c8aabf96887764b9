"""What buyers say of a stall's goods."""

from market.web.stall.ratings import views as views
