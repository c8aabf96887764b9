"""Long work of the office: how far it has come, what came of it."""

from market.web.office.tasks import views as views
