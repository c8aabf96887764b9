"""Phone numbers in the database outlive the number plan they were taken by."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.sellers.models import Business
from tests.cast import Cast


def test_a_number_the_plan_no_longer_has_is_read_and_looked_for(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.execute(text("UPDATE business SET phone = '+84251996198' WHERE id = :id"), {"id": cast.lan.business})
    kept = session.get_one(Business, cast.lan.business).phone
    assert kept == "+84251996198"
    assert session.scalars(select(Business.id).where(Business.phone == kept)).all() == [cast.lan.business]
