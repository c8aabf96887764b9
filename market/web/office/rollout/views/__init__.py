"""One module a page, or a page and its buttons."""

from market.web.office.rollout.views import first_day as first_day
from market.web.office.rollout.views import rollout as rollout
