"""Stalls that may not touch what is another's: one of the same commune, one of a second commune."""

from datetime import datetime

from market.base.db import transaction
from tests import factories as make
from tests.cast import Cast


def far_stall(now: datetime) -> int:
    """A seller's stall in a second commune."""
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        owner = make.make_person(session, far, "Chủ Hàng Khác", "0900 000 053", now)
        officer = make.make_person(session, far, "Cán Bộ Khác", "0900 000 051", now)
        business = make.make_business(session, make.make_hamlet(session, far, "thôn Xa"), "Gian hàng xã khác", now)
        return make.make_stall(session, business, owner, officer, now).id


def not_htx(cast: Cast, now: datetime) -> list[int]:
    """Stalls that are not HTX Đại Sơn's."""
    return [cast.lan.stall, far_stall(now)]
