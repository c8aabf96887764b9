"""Whether this browser is told by push what the person signed in on it hears."""

from market.web.account.push import views as views
