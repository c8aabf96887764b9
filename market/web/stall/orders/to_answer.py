"""How many orders wait for an answer, as every page of a stall shows."""

from market.base import clock
from market.base.db import reading
from market.orders.queries.orders import count_to_answer
from market.web.base.access import StallContext
from market.web.stall.blueprint import blueprint


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"orders_to_answer": orders_to_answer}


def orders_to_answer(desk: StallContext) -> int:
    """How many orders wait for the stall's yes or no."""
    return count_to_answer(reading(), desk.stall_id, now=clock.now())
