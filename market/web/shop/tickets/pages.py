"""On which page a ticket was begun, and what that is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from market.base.db import reading
from market.feedback.queries.subjects import (
    TicketSubject,
    subject_of_lot,
    subject_of_product,
    subject_of_stall,
    subject_of_stamp,
)
from market.web.base.addresses import local_path, parts_of
from market.web.base.commune import current_commune

LONGEST_PAGE = 300
Find = Callable[[Mapping[str, Any]], TicketSubject | None]


def _here(find: Callable[..., TicketSubject | None], argument: str) -> Find:
    return lambda values: find(reading(), current_commune().id, values[argument])


_SUBJECTS: Mapping[str, Find] = {
    "shop.product": _here(subject_of_product, "product_id"),
    "shop.stall": _here(subject_of_stall, "slug"),
    "shop.ratings": _here(subject_of_stall, "slug"),
    "shop.lot_public": _here(subject_of_lot, "code"),
    "shop.stamp": _here(subject_of_stamp, "code"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage:
    """A page as a ticket keeps it: the address of one that is everybody's, of any other only which kind of page it is,
    because what stands there may lead to somebody's own."""

    path: str | None = None
    subject: TicketSubject | None = None


def page_asked(typed: str | None) -> TicketPage:
    """The page of this market that an address leads to; none for what is no page."""
    path = parts_of(local_path(typed) or "").path[:LONGEST_PAGE]
    found = _match(path) if path else None
    if found is None:
        return TicketPage()
    rule, values = found
    find = _SUBJECTS.get(rule.endpoint)
    return TicketPage(path=path, subject=find(values)) if find else TicketPage(path=rule.rule)


def _match(path: str) -> tuple[Rule, Mapping[str, Any]] | None:
    try:
        return current_app.url_map.bind("").match(path, method="GET", return_rule=True)
    except HTTPException:
        return None
