"""How a stall sells, whom it lets help, and how one comes to a stall."""

from market.web.stall.settings import views as views
