"""Which goods a typed text means: every word of it, however it is marked, mistyped or keyed.

The order is the same on both databases, and the one the market publishes: first the goods whose name carries the
marks that were typed, then those that can be bought now, then the newest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from market.catalog.queries.browse import CARDS_A_PAGE, HIGHEST_ID
from market.catalog.queries.names import GoodsStatement, SearchText, index_of
from market.catalog.queries.spelling import likely_readings
from market.values.text import untelex

FEW = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, as ids of products. `instead` is the text they were found for, where that is not what
    was typed."""

    ids: Sequence[int]
    page: int
    has_more: bool
    instead: str | None = None


def search(
    reader: Session | Connection, commune_id: int, text: str, *, now: datetime, page: int = 1, size: int = CARDS_A_PAGE
) -> Found:
    """A page of the public goods that have every word of a text in their name.

    Where there is none, the text is read as raw Telex, then as a slip of the fingers.
    """
    rows = reader if isinstance(reader, Connection) else reader.connection()
    wanted = SearchText.of(text)
    cut = _Cut(commune_id=commune_id, now=now, page=page, size=size)
    found = _found(rows, wanted, cut)
    if found.ids or not wanted.words or (page > 1 and _found(rows, wanted, replace(cut, page=1)).ids):
        return found
    for other, needs_marks in _other_readings(rows, commune_id, wanted):
        instead = _found(rows, other, cut, needs_marks=needs_marks)
        if instead.ids:
            return replace(instead, instead=other.text)
    return found


def _other_readings(rows: Connection, commune_id: int, wanted: SearchText) -> Iterator[tuple[SearchText, bool]]:
    """As raw Telex, which counts where a name carries these very marks; then with slips put right, likeliest first."""
    meant = SearchText.of(untelex(wanted.text) or "")
    if meant.marked:
        yield meant, True
    for words in likely_readings(rows, commune_id, wanted.words):
        yield SearchText.of(" ".join(words)), False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Which part of the goods: of one commune, as of a moment, one page."""

    commune_id: int
    now: datetime
    page: int
    size: int


def _found(rows: Connection, wanted: SearchText, cut: _Cut, *, needs_marks: bool = False) -> Found:
    """The names with the marks that were typed, then the others; `needs_marks`: nothing where none has these marks."""
    first, reach = (cut.page - 1) * cut.size, cut.page * cut.size + 1
    index = index_of(rows, cut.commune_id, wanted)
    ids: list[int] = []
    for as_marked in (True, False) if wanted.marked else (False,):
        known = frozenset(ids)
        hits = (hit for hit in _hits(rows, index.looks(as_marked=as_marked), cut) if hit[0] not in known)
        ids += _buyable_first(hits, reach - len(ids))
        if len(ids) >= reach or (needs_marks and not ids):
            break
    return Found(ids=ids[first : reach - 1], page=cut.page, has_more=len(ids) >= reach)


def _buyable_first(hits: Iterable[tuple[int, bool | None]], most: int) -> list[int]:
    """Ids of public goods, those that can be bought before those that cannot. Takes no more hits than it needs."""
    buyable: list[int] = []
    sold_out: list[int] = []
    for product_id, stocked in hits:
        if stocked is not None:
            (buyable if stocked else sold_out).append(product_id)
        if len(buyable) == most:
            return buyable
    return (buyable + sold_out)[:most]


def _hits(connection: Connection, looks: Iterable[GoodsStatement], cut: _Cut) -> Iterator[tuple[int, bool | None]]:
    """What has the words, newest first, with whether it can be bought; None where it is not public.

    Each look goes on below where the one before it ended, in growing steps: few searches need more than one.
    """
    below = HIGHEST_ID
    for look in looks:
        values = {**look.values, "commune": cut.commune_id, "now": cut.now}
        most, rows = FEW, None
        while rows is None or len(rows) == most:
            most = FEW if rows is None else most * 8
            rows = connection.execute(look.statement, {**values, "below": below, "most": most}).all()
            yield from rows
            below = rows[-1][0] if rows else below
