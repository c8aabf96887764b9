"""Goods at a pickup point, that pages of its keeper's day share."""

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.secrets import random_key
from market.orders.actions.inputs import PlacePurchase
from market.payments import actions
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, accept_as_shown, order_row, ref, wanted


def bring(cast: Cast, now: Clock) -> tuple[str, str]:
    """One purchase of chị Mai's, ready at the point: beans of bà Lan's and rice of the cooperative's. Their codes."""
    lines = wanted(cast.dau_xanh, 2000, point=cast.pickup), wanted(cast.gao_nep, 1000, point=cast.pickup)
    sellers = {cast.lan.stall: cast.lan.person, cast.htx.stall: cast.htx.person}
    new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=MAI, orders=lines, cart_id=None)
    with transaction() as session:
        placed = actions.check_out(session, GUEST, new, clock=now).order_ids
    for order_id in placed:
        actor = Actor(person_id=sellers[order_row(order_id).stall_id])
        with transaction() as session:
            accept_as_shown(session, actor, order_id, clock=now)
        with transaction() as session:
            actions.ready_order(session, actor, ref(session, order_id), clock=now)
    reading().expire_all()
    beans, rice = (order_row(order_id).code for order_id in placed)
    return beans, rice
