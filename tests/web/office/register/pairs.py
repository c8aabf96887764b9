"""A second line of the register for bà Lan, for the pages on which two lines become one."""

from datetime import timedelta

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers import actions
from market.sellers.actions import NewBusiness
from market.sellers.models import BusinessKind
from market.values.period import local_day
from market.values.phone import Phone
from market.values.taxid import TaxId
from tests.cast import Cast
from tests.conftest import Clock

NAME, TAX_ID = "Hộ kinh doanh Rau bà Lan", TaxId("099161000002")


def second_line(cast: Cast, now: Clock, name: str = NAME) -> int:
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.nghia_dung,
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        name=name,
        phone=Phone("0900 000 044"),
        tax_id=TAX_ID,
        valid_from=local_day(now()) - timedelta(days=60),
        source="Tệp thuế",
    )
    with transaction() as session:
        return actions.add_business(session, Actor(person_id=cast.hung), new, now=now())
