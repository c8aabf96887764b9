"""Where a person wants word."""

from market.web.account.ways import views as views
