"""Steps of a stall's orders that several pages' tests share."""

from sqlalchemy import select

from market.base.db import reading
from market.orders.models import Order
from tests.cast import Cast


def order_of(code: str) -> Order:
    """The order as it stands in the database now."""
    reading().expire_all()
    return reading().scalars(select(Order).where(Order.code == code)).one()


def path(cast: Cast, code: str, verb: str = "") -> str:
    return f"/ban-hang/{cast.lan.slug}/don/{code}" + (f"/{verb}" if verb else "")
