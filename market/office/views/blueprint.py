"""The blueprint that the view modules of this slice add their pages to, and what every office page shows."""

from flask import Blueprint, g

from market.base.db import reading
from market.office.queries import Waiting, waiting_for
from market.places.views import here

blueprint = Blueprint("office", __name__)


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"office_waiting": office_waiting}


def office_waiting() -> Waiting:
    """What waits for the commune's office: it stands on every page of it, and is asked once a request."""
    if g.get("office_waiting_for") != g.request_id:
        g.office_waiting, g.office_waiting_for = waiting_for(reading(), here().id), g.request_id
    waiting: Waiting = g.office_waiting
    return waiting
