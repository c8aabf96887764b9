"""One module a page, or a page and its buttons."""

from market.web.stall.lots.views import journal as journal
from market.web.stall.lots.views import lots as lots
from market.web.stall.lots.views import stamps as stamps
