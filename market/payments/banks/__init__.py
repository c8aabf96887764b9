"""The providers of bank notices, one folder each; adding one is its folder, its tests and its line here."""

from market.payments.banks.casso.feed import Casso
from market.payments.banks.payos.feed import PayOS
from market.payments.banks.sepay.feed import SePay
from market.payments.ports import BankProvider

PROVIDERS: dict[str, BankProvider] = {one.name: one for one in (SePay(), Casso(), PayOS())}
"""By the name in the webhook's address, in the order in which sellers are shown them."""
