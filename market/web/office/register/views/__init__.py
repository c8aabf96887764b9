"""One module a page, or a page and its buttons."""

from market.web.office.register.views import business as business
from market.web.office.register.views import business_bank as business_bank
from market.web.office.register.views import checks as checks
from market.web.office.register.views import endings as endings
from market.web.office.register.views import merging as merging
from market.web.office.register.views import platform_account as platform_account
from market.web.office.register.views import register as register
from market.web.office.register.views import register_import as register_import
from market.web.office.register.views import register_preview as register_preview
