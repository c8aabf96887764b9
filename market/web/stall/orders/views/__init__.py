"""One module a page, or a page and its buttons."""

from market.web.stall.orders.views import by_phone as by_phone
from market.web.stall.orders.views import declining as declining
from market.web.stall.orders.views import lessening as lessening
from market.web.stall.orders.views import no_show as no_show
from market.web.stall.orders.views import orders as orders
from market.web.stall.orders.views import packing as packing
from market.web.stall.orders.views import sending as sending
from market.web.stall.orders.views import sharing as sharing
from market.web.stall.orders.views import signed as signed
from market.web.stall.orders.views import slots as slots
from market.web.stall.orders.views import weighing as weighing
