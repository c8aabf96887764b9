"""Where a stall is paid."""

from market.web.stall.bank import views as views
