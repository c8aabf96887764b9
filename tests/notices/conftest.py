"""Ways out of the market that tests pretend: none is there but those that a test registers."""

from collections.abc import Iterator

import pytest

from market.notices.rules import ORDER_FACT
from market.notices.senders import SENDERS
from tests.cast import Cast
from tests.notices.ways import Loudspeaker, say
from tests.registries import only


@pytest.fixture(autouse=True)
def no_senders() -> Iterator[None]:
    with only(SENDERS):
        yield


@pytest.fixture
def loud(no_senders: None, cast: Cast) -> Iterator[Loudspeaker]:
    """Reaches bà Lan's business, and Mai; the ways `loa`, `loa-thon`, `trong` and `keng` are tried in this order."""
    say(ORDER_FACT, "loa, loa-thon, trong, keng")
    sender = Loudspeaker(businesses=(cast.lan.business,), people=(cast.mai,))
    with only(SENDERS, sender):
        yield sender
