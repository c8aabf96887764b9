"""Many ids as one value: as `IN` answers, however many there are."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.id_list import id_list, is_listed
from market.base.row_query import RowQuery
from market.sellers.models import Business
from tests.cast import Cast
from tests.queries import counting

_LISTED = RowQuery(select(Business.id).where(is_listed(Business.id, "ids")).order_by(Business.id))


@pytest.mark.parametrize("count", [0, 1, 3, 40_000])
def test_those_listed_are_found_by_one_value_however_many(cast: Cast, session: Session, count: int) -> None:
    known = sorted(session.scalars(select(Business.id)))
    asked = known[1:] + [known[-1] + number for number in range(1, 40_000)]
    with counting() as seen:
        found = _LISTED.rows(session.connection(), {"ids": id_list(asked[:count])})
    assert len(known) > 3
    assert [business_id for (business_id,) in found] == [one for one in asked[:count] if one in known]
    assert len(seen) == 1
