"""Lists that are read on from where a page ended: an index leads there, however far it is from the beginning."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from market.values.paging import Place


def before(
    at: InstrumentedAttribute[datetime], number: InstrumentedAttribute[int], place: Place | None
) -> ColumnElement[bool]:
    """What comes after this place in a list that is newest first; all of it where there is none."""
    if place is None:
        return true()
    return and_(at <= place.at, or_(at < place.at, number < place.id))
