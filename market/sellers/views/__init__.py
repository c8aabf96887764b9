"""Pages of a business: claim, settings, mandates; and who may open what."""

from market.sellers.views import claims as claims
from market.sellers.views import desks as desks
from market.sellers.views import settings as settings
from market.sellers.views.blueprint import blueprint

__all__ = ["blueprint"]
