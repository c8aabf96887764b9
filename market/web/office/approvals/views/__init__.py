"""One module a page, or a page and its buttons."""

from market.web.office.approvals.views import business_verify_paper as business_verify_paper
from market.web.office.approvals.views import changes as changes
from market.web.office.approvals.views import claims as claims
from market.web.office.approvals.views import claims_many as claims_many
from market.web.office.approvals.views import goods as goods
from market.web.office.approvals.views import refunds as refunds
