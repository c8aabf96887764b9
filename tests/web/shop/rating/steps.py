"""Steps of a purchase that is rated, over the pages."""

from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.orders.models import Order, OrderLine
from market.orders.rules import OrderStatus
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.buying import buy


def delivered(client: FlaskClient, cast: Cast, now: Clock) -> str:
    code = buy(client, cast.rau_muong)
    with transaction() as session:
        order = session.scalars(select(Order).where(Order.code == code)).one()
        order.status, order.completed_at, order.completed_on = OrderStatus.DELIVERED, now(), local_day(now())
    return code


def fields(code: str, stars: str, text: str = "") -> dict[str, str]:
    line = reading().scalars(select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(Order.code == code))
    one = line.one()
    return {"mon": str(one), f"mon{one}-stars": stars, f"mon{one}-text": text}
