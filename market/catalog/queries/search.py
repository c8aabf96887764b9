"""Which goods a typed text means, however it is marked, mistyped or keyed, and as whatever region names them.

The order is the same on both databases, and the one the market publishes (`/quy-che/xep-hang`): the marks that were
typed, the weight of the field in which the words stand, what can be bought now, then the newest.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from market.catalog.queries.browse import CARDS_A_PAGE
from market.catalog.queries.finding import Asking, Found, There
from market.catalog.queries.looks import begun, looks_of, may_be_few, names_of
from market.catalog.queries.names import Spelling
from market.catalog.queries.reading import SearchText
from market.catalog.queries.spelling import likely_readings
from market.catalog.queries.terms import InNames
from market.values.period import local_day
from market.values.text import untelex


def search(
    reader: Session | Connection, commune_id: int, text: str, *, now: datetime, page: int = 1, size: int = CARDS_A_PAGE
) -> Found:
    """A page of the public goods that have every word of a text.

    Where there is none, its last word may be half typed; then it is read as raw Telex, with other marks, as a slip of
    the fingers; then most of its words do.
    """
    rows = reader if isinstance(reader, Connection) else reader.connection()
    wanted = SearchText.of(text, local_day(now).month)
    if not wanted.units:
        return Found(ids=[], page=page, has_more=False)
    asked = Asking(rows=rows, commune_id=commune_id, now=now, page=page, size=size)
    return next((found for found in _readings(asked, wanted) if found is not None), asked.cut([]))


def _readings(asked: Asking, wanted: SearchText) -> Iterator[Found | None]:
    """The ways to read a text, each tried where those before it find nothing."""
    spelling: Spelling = "written" if wanted.is_marked else "folded"
    others = looks_of(wanted, "folded") if wanted.is_marked else ()
    there = There(asked, wanted)
    if wanted.ends_half_typed:
        yield asked.found([[begun(wanted, spelling)]])
    yield asked.found(looks_of(wanted, spelling), then=others, there=there)
    if not there.lacks_any(wanted.units[:-1]):
        yield asked.found([[begun(wanted, spelling)]], among=there.among)
    meant = SearchText.of(telex, asked.month) if (telex := untelex(wanted.text)) else None
    if meant and meant.units and meant.is_marked:
        yield _instead(asked.found(looks_of(meant, "written"), then=looks_of(meant, "folded")), meant.text)
    if wanted.is_marked and not wanted.is_known_good and not there.lacks_any(wanted.units):
        yield _instead(asked.found([list(names_of(wanted.units, "folded"))]), wanted.bare)
    if wanted.may_be_a_slip:
        yield from _put_right(asked, wanted, there.in_names)
    if 1 < len(wanted.units) < len(wanted.single):
        yield asked.widened(wanted.units, spelling)
    if len(wanted.single) > 1:
        yield asked.widened(wanted.single, spelling)


def _put_right(asked: Asking, wanted: SearchText, there: InNames) -> Iterator[Found | None]:
    for words, expected in likely_readings(asked.rows, asked.commune_id, wanted.words, there):
        other = SearchText.of(" ".join(words), asked.month)
        few = asked.all_of_few(other) if may_be_few(other) and expected < asked.reach else None
        found = asked.found(looks_of(other, "folded")) if few is None else few
        yield _instead(found if found and found.ids else None, other.text)
        yield _instead(asked.found([[begun(other, "folded")]]), other.text)


def _instead(found: Found | None, text: str) -> Found | None:
    return found and replace(found, instead=text)
