"""SePay as tests and development see it: it sends signed notices, and answers what it is asked."""

from market.payments.banks.calls import Sent
from market.payments.banks.sepay.fake.books import FakeBooks, Trouble
from market.payments.banks.sepay.fake.notices import FakeSePay

__all__ = ["FakeBooks", "FakeSePay", "Sent", "Trouble"]
