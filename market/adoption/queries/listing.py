"""The businesses of a figure as its page lists them: where each stands, which sale says so; a page, or all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from market.adoption.queries.board import KpiBoard, Named, by_name, names_of
from market.adoption.queries.proofs import with_proofs
from market.adoption.rules import BusinessStanding, State
from market.base.batch import in_parts
from market.values.paging import pages_of

PAGE = 50
AT_ONCE = 500
"""So many are asked for at a time where all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What of the list to show; None means all."""

    hamlet_id: int | None = None
    kind: str | None = None
    state: State | None = None

    def shows(self, standing: BusinessStanding) -> bool:
        return (
            self.hamlet_id in (None, standing.hamlet_id)
            and self.kind in (None, standing.kind)
            and self.state in (None, standing.state)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A business of the list with its name."""

    standing: BusinessStanding
    named: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiListPage:
    """`total`: of how many businesses; `page`: the one asked for, or the nearest there is."""

    listed: Sequence[Listed]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAGE)


def list_page(session: Session, board: KpiBoard, shown: ListFilter, page: int) -> KpiListPage:
    ordered = _ordered(session, board, shown)
    page = min(max(1, page), pages_of(len(ordered), PAGE))
    some = ordered[(page - 1) * PAGE : page * PAGE]
    return KpiListPage(listed=_told(session, board, some), total=len(ordered), page=page)


def list_length(board: KpiBoard, shown: ListFilter) -> int:
    """How many of a board's businesses these are."""
    return sum(shown.shows(one) for one in board.figure.standings)


def whole_list(session: Session, board: KpiBoard, shown: ListFilter) -> Iterator[Listed]:
    """All of it, read as it is taken."""
    ordered = _ordered(session, board, shown)
    for some in in_parts(ordered, AT_ONCE):
        yield from _told(session, board, some)


def _ordered(session: Session, board: KpiBoard, shown: ListFilter) -> list[BusinessStanding]:
    """By state, those that count first, of each by name."""
    found = {one.business_id: one for one in board.figure.standings if shown.shows(one)}
    named = [found[key] for key in by_name(session, board.sources.asked.commune_id) if key in found]
    return [one for state in State for one in named if one.state is state]


def _told(session: Session, board: KpiBoard, standings: Sequence[BusinessStanding]) -> list[Listed]:
    names = names_of(session, [one.business_id for one in standings])
    return [
        Listed(standing=one, named=names[one.business_id])
        for one in with_proofs(session, board.sources, board.figure.window, standings)
    ]
