"""Which sellers are linked to their electronic identity, and which are not yet."""

from market.web.office.identity import views as views
