"""One module a page, or a page and its buttons."""

from market.web.office.settings.views import closures as closures
from market.web.office.settings.views import facts as facts
from market.web.office.settings.views import hamlets as hamlets
from market.web.office.settings.views import modes as modes
from market.web.office.settings.views import notices as notices
from market.web.office.settings.views import points as points
from market.web.office.settings.views import settings as settings
