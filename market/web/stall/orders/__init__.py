"""A stall's orders, and the signed link that answers one."""

from market.web.stall.orders import views as views
