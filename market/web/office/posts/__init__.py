"""Who works for the commune."""

from market.web.office.posts import views as views
