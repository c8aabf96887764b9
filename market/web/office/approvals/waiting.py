"""What waits for the office, as every page of it shows."""

from flask import g

from market.base.db import reading
from market.web.base.commune import current_commune
from market.web.office.approvals.queries import OfficeQueue, told, waiting_for
from market.web.office.blueprint import blueprint


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"office_waiting": office_waiting, "told": told}


def office_waiting() -> OfficeQueue:
    """What waits for the commune's office: it stands on every page of it, and is asked once a request."""
    if g.get("office_waiting_for") != g.request_id:
        g.office_waiting, g.office_waiting_for = waiting_for(reading(), current_commune().id), g.request_id
    waiting: OfficeQueue = g.office_waiting
    return waiting
