"""What waits for the office, as every page of it shows."""

from flask import g

from market.base.db import reading
from market.base.errors import NotFound
from market.web.base.access import OfficeDesk, office_desk_to_look
from market.web.base.commune import current_commune
from market.web.base.watching import Watch, watched
from market.web.office.approvals.queries import OfficeQueue, queue_of, queue_progress, told, waiting_for
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


QUEUE, ALL = "duyet", "tat-ca"


def queue_watch(desk: OfficeDesk) -> Watch:
    """For the pages of what waits; to be asked before what they show. It counts for `office_waiting` too."""
    progress = queue_progress(reading(), desk.commune_id)
    g.office_waiting, g.office_waiting_for = queue_of(progress), g.request_id
    return Watch(topic=QUEUE, key=ALL, progress=progress)


@watched(QUEUE)
def look_at_queue(key: str) -> Watch:
    desk = office_desk_to_look()
    if key != ALL:
        raise NotFound
    return queue_watch(desk)
