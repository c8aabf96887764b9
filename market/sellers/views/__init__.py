"""Pages of a business: claim, settings, mandates; and who may open what."""

from market.sellers.views.blueprint import blueprint

__all__ = ["blueprint"]
