"""What each kind of database is asked in its own way says the same on both."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.conditions import is_among
from market.base.row_query import RowQuery
from market.sellers.models import Business
from tests.cast import Cast
from tests.nights import by_day_on
from tests.queries import counting

_LISTED = RowQuery(select(Business.id).where(is_among(Business.id, "ids")).order_by(Business.id))


@pytest.mark.parametrize("count", [0, 1, 3, 40_000])
def test_those_listed_are_found_by_one_value_however_many(cast: Cast, session: Session, count: int) -> None:
    known = sorted(session.scalars(select(Business.id)))
    asked = known[1:] + [known[-1] + number for number in range(1, 40_000)]
    with counting() as seen:
        found = _LISTED.rows(session.connection(), {"ids": asked[:count]})
    assert len(known) > 3
    assert [business_id for (business_id,) in found] == [one for one in asked[:count] if one in known]
    assert len(seen) == 1


@by_day_on("sqlite")
def test_those_listed_are_looked_up_and_not_looked_for_in_all(session: Session) -> None:
    """SQLite takes no index for a condition that it is asked whether it `= 1`."""
    plain = select(Business.id).where(is_among(Business.id, "ids"), Business.name != "")
    said = plain.compile(session.connection()).string
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", ("[1, 2]", "")).all()
    assert [detail for *_, detail in plan if "business" in detail and detail.startswith("SCAN")] == []
