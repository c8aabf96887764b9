"""One module a page, or a page and its buttons."""

from market.web.office.kpi.views import home as home
from market.web.office.kpi.views import kpi as kpi
from market.web.office.kpi.views import kpi_calls as kpi_calls
from market.web.office.kpi.views import kpi_order as kpi_order
from market.web.office.kpi.views import kpi_period as kpi_period
from market.web.office.kpi.views import kpi_period_businesses as kpi_period_businesses
from market.web.office.kpi.views import kpi_period_replace as kpi_period_replace
from market.web.office.kpi.views import kpi_periods as kpi_periods
