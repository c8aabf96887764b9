"""Steps of orders that a stall writes down by phone."""

from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import random_key
from market.orders.actions.inputs import WantedLine, WantedOrder
from market.orders.actions.phone_orders import PhoneOrder
from market.orders.models import Order
from market.orders.rules import Delivery, PayChoice
from market.payments import actions
from market.values.money import Dong
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock

MAIS_NUMBER = Phone("0900 000 021")


def by_phone(
    cast: Cast,
    *,
    variant: int | None = None,
    amount: int = 2000,
    price: int = 45_000,
    phone: Phone | None = MAIS_NUMBER,
    name: str = "chị Mai",
    pay: PayChoice = PayChoice.ON_RECEIPT,
    key: str | None = None,
) -> PhoneOrder:
    """Chị Mai rings bà Lan up for 2 kg of beans, which she fetches at her house."""
    line = WantedLine(variant_id=variant or cast.dau_xanh, amount=amount, price=Dong(price))
    wanted = WantedOrder(
        stall_id=cast.lan.stall,
        lines=(line,),
        delivery=Delivery.PICKUP_POINT,
        pay_choice=pay,
        delivery_fee=Dong(0),
    )
    return PhoneOrder(
        commune_id=cast.commune,
        client_key=key or random_key(),
        name=name,
        phone=phone,
        address=None,
        wanted=wanted,
    )


def write(cast: Cast, now: Clock, new: PhoneOrder | None = None) -> int:
    """Bà Lan writes it down; the order's id."""
    with transaction() as session:
        lan = Actor(person_id=cast.lan.person)
        return actions.order_by_phone(session, lan, new or by_phone(cast), clock=now).order_ids[0]


def code_of(order_id: int) -> str:
    with transaction() as session:
        return session.get_one(Order, order_id).code
