"""Steps of a complaint over the pages: Mai's phone, bà Lan's."""

from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.seen import seen_of
from market.orders.models import Complaint, Order, OrderLine
from market.payments import actions
from market.payments.queries import facts_to_confirm, payment_of
from tests.cast import Cast
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.orders.steps import accept_as_shown
from tests.pages import press
from tests.web.shop.buying import buy


def handed_over(client: FlaskClient, cast: Cast, now: Clock, *, in_cash: bool = True) -> str:
    """Mai's two bunches are in her hand, bà Lan has the cash; the order's code."""
    code = buy(client, cast.rau_muong, "2")
    order_id = reading().scalars(select(Order.id).where(Order.code == code)).one()
    with transaction() as session:
        accept_as_shown(session, GUEST, order_id, clock=now)
    paid = payment_of(reading(), order_id, now=now())
    seen = seen_of(facts_to_confirm(paid.asked, paid.received)) if paid else ""
    new = actions.HandOver(order_id=order_id, shown=None, cash_taken=in_cash, seen=seen)
    with transaction() as session:
        actions.hand_over(session, GUEST, cast.lan.stall, new, clock=now)
    reading().expire_all()
    return code


def line_of(code: str) -> int:
    query = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(Order.code == code)
    return reading().scalars(query).one()


def fields(code: str, **typed: str) -> dict[str, object]:
    return {f"mon-{line_of(code)}": "2", "reason": "hong", "wish": "tra_tien", "words": "Rau úng hết", **typed}


def picture(width: int = 400) -> tuple[BytesIO, str]:
    return BytesIO(jpeg(width, 300)), "anh.jpg"


def complain(client: FlaskClient, code: str, **typed: str) -> None:
    page = f"/don/{code}/bao-hang"
    answer = press(client, page, page, **fields(code, **typed))  # type: ignore[arg-type]
    assert answer.status_code == 303, answer.text


def complaints() -> list[Complaint]:
    reading().expire_all()
    return list(reading().scalars(select(Complaint).order_by(Complaint.id)))
