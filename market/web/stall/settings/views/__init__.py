"""One module a page, or a page and its buttons."""

from market.web.stall.settings.views import claims as claims
from market.web.stall.settings.views import settings as settings
