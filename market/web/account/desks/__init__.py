"""Where somebody begins who works in several places."""

from market.web.account.desks import views as views
