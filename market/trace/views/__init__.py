"""Lots, their journal, stamps, and the page a stamp opens."""

from market.trace.views import journal as journal
from market.trace.views import lots as lots
from market.trace.views import public as public
from market.trace.views import stamps as stamps
from market.trace.views.blueprint import blueprint

__all__ = ["blueprint"]
