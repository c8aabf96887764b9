"""The community technology group's work: hamlets' targets, households' steps, who sells alone, a helper's sheet."""

from market.web.office.helping import views as views
