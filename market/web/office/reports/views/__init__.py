"""One module a page, or a page and its buttons."""

from market.web.office.reports.views import bulletin as bulletin
from market.web.office.reports.views import figure_rows as figure_rows
from market.web.office.reports.views import ocop_year as ocop_year
from market.web.office.reports.views import report as report
from market.web.office.reports.views import reports as reports
