"""Long work of a stall: how far it has come, what came of it."""

from market.web.stall.tasks import views as views
