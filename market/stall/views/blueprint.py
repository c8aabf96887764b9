"""The blueprint that the view modules of this slice add their pages to, and what every seller page shows."""

from flask import Blueprint

from market.base import clock
from market.base.db import reading
from market.sellers.views.access import Desk
from market.stall import queries

blueprint = Blueprint("stall", __name__)


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"orders_to_answer": orders_to_answer}


def orders_to_answer(desk: Desk) -> int:
    return queries.orders_to_answer(reading(), desk.stall_id, now=clock.now())
