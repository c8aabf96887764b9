"""What the commune says of itself on its market."""

from market.web.office.settings import views as views
