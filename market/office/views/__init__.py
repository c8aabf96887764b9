"""The commune office's pages."""

from market.office.views import business as business
from market.office.views import claims as claims
from market.office.views import frame as frame
from market.office.views import goods as goods
from market.office.views import home as home
from market.office.views import kpi as kpi
from market.office.views import log as log
from market.office.views import notices as notices
from market.office.views import posts as posts
from market.office.views import register as register
from market.office.views import register_import as register_import
from market.office.views import waiting as waiting
from market.office.views.blueprint import blueprint

__all__ = ["blueprint"]
