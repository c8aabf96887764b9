"""Goods, sellers and proposals that wait for the office's answer."""

from market.web.office.approvals import views as views
from market.web.office.approvals import waiting as waiting
