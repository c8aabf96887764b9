"""Whether there is news of what the page that is open waits for."""

from market.web.account.news import views as views
