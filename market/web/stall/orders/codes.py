"""Trying the code that a buyer reads out at hand-over, by the stall or by the keeper of a pickup point."""

from collections.abc import Iterator
from contextlib import contextmanager

from market.base import clock
from market.base.attempts import counted_try
from market.base.audit import Actor
from market.base.db import transaction
from market.orders.actions import transitions
from market.orders.actions.brakes import HAND_OVER_CODE
from market.orders.actions.hand_over_keys import WrongCode


@contextmanager
def counted_code(actor: Actor, order_id: int) -> Iterator[None]:
    """A code is counted before it is looked at; it has failed where what is inside ends in WrongCode, which is then
    written in the log."""
    try:
        with counted_try(HAND_OVER_CODE, order_id, wrong=WrongCode):
            yield
    except WrongCode:
        with transaction() as writing:
            transitions.note_wrong_code(writing, actor, order_id, now=clock.now())
        raise
