from math import inf

import pytest

from market.web.base import heavy


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heavy pages are opened one after the other here, and need no rest after each, however slow the machine is."""
    monkeypatch.setattr(heavy, "LIGHT_SECONDS", inf)
