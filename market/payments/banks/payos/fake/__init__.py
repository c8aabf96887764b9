"""payOS as tests and development see it: it sends signed notices."""

from market.payments.banks.payos.fake.notices import FakePayOS

__all__ = ["FakePayOS"]
