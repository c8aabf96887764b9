"""Where banks and card gateways knock."""

from market.payments.views import hooks as hooks
from market.payments.views.blueprint import blueprint

__all__ = ["blueprint"]
