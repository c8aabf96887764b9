"""Classes of the helpers' hamlets."""

from market.web.stall.classes import views as views
