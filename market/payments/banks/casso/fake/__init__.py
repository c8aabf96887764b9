"""Casso as tests and development see it: it sends signed notices."""

from market.payments.banks.casso.fake.notices import FakeCasso

__all__ = ["FakeCasso"]
