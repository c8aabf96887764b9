"""What a stall's pages watch, on every one of which the number of orders that wait stands."""

from typing import Protocol

from flask import g

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound
from market.notices.queries import NewsReader
from market.payments.queries import stall_now
from market.sellers.queries import stall_run_by
from market.values.period import local_day
from market.web.base.blueprint import blueprint
from market.web.base.commune import current_commune
from market.web.base.watching import Watch, watched
from market.web.base.web import require_person, signed_in_id

STALL = "gian"


class RunHere(Protocol):
    """A stall that the person signed in runs."""

    @property
    def slug(self) -> str: ...

    @property
    def stall_id(self) -> int: ...

    @property
    def business_id(self) -> int: ...


@blueprint.app_template_global()
def stall_watch(stall: RunHere) -> Watch:
    """What waits at the stall of this page; asked once for a page."""
    if "stall_watch" not in g:
        g.stall_watch = _watch(stall.slug, stall.stall_id, stall.business_id, require_person())
    watch: Watch = g.stall_watch
    return watch


@watched(STALL)
def look_at_stall(slug: str) -> Watch:
    """For whom its pages are opened: its members, and helpers whose mandate lives today."""
    person_id = signed_in_id()
    if person_id is None:
        raise NotFound
    stall = stall_run_by(reading(), person_id, current_commune().id, slug, local_day(clock.now()))
    if stall is None:
        raise NotFound
    return _watch(slug, stall.stall_id, stall.business_id, person_id)


def _watch(slug: str, stall_id: int, business_id: int, person_id: int) -> Watch:
    reader = NewsReader(commune_id=current_commune().id, person_id=person_id, business_id=business_id)
    found = stall_now(reading(), stall_id, reader, now=clock.now())
    return Watch(topic=STALL, key=slug, progress=found, to_answer=found.to_answer, complaints=found.complaints)
