"""What waits to change, as the pages of a stall and of the office show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from market.base.db import reading
from market.base.seen import Facts
from market.sellers import queries
from market.sellers.models import WaitingChange
from market.values.paging import CountedPage
from market.web.base.blueprint import blueprint
from market.web.base.listing import number_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A change that waits. `facts`: what the button that stops it decides on."""

    id: int
    business_id: int
    business_name: str
    words: str
    asked_by: str
    by_paper: bool
    begins_at: datetime
    lacks_consent: bool
    facts: Facts


def shown_changes(changes: Sequence[WaitingChange]) -> list[ShownChange]:
    return [
        ShownChange(
            id=one.id,
            business_id=one.business_id,
            business_name=one.business.name,
            words=queries.change_words(one),
            asked_by=one.asker.name,
            by_paper=one.paper is not None,
            begins_at=one.effective_at,
            lacks_consent=one.lacks_consent,
            facts=queries.change_facts(one),
        )
        for one in changes
    ]


SHOWN = 3
PAGE = "thay_doi"


@blueprint.app_template_global()
def changes_waiting(business_id: int) -> CountedPage[ShownChange]:
    """What waits to change for a business, as far as the address asks for it."""
    found = queries.changes_of_business(reading(), business_id, page=number_asked(PAGE), size=SHOWN)
    return found.with_rows(shown_changes(found.rows))
