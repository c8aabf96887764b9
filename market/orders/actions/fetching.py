"""What the keeper of a pickup point writes down: that a buyer came, read out their code and took the goods.

It is the word of somebody who is neither the buyer nor the seller. It moves no money and no stock.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound, Refused
from market.orders.actions import transitions
from market.orders.models import Order, PickupSighting
from market.orders.rules import NO_ORDER
from market.places.models import PickupPoint
from market.sellers.models import Post
from market.sellers.queries import is_keeper, right_to
from market.values.period import local_day

OWN_ORDER = (
    "Đơn này là của chính bạn hoặc của gian hàng mà bạn tham gia, nên cần người khác ghi. Người bán vẫn giao được ở "
    "trang của đơn."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An order of a commune, the key that its buyer showed, and the keeper's browser."""

    commune_id: int
    order_id: int
    shown: str
    device: str


def note_fetched(session: Session, actor: Actor, keeper_id: int, new: Fetched, *, clock: Clock) -> None:
    """Write down that the buyer fetched an order. Idempotent: an order is fetched once.

    Refused for an order that the keeper bought, or of a business that they are part of or act for, on an account or a
    device; Conflict where it is not ready; WrongCode; NotFound for an order that is not fetched at their hamlet's
    points, and for who keeps none any more.
    """
    order = locked(session, Order, Order.id == new.order_id, Order.commune_id == new.commune_id, missing=NO_ORDER)
    posts = locked_all(session, Post, Post.person_id == keeper_id, Post.commune_id == new.commune_id)
    now = clock()
    point = _own_point(order, posts, now)
    if session.scalar(select(PickupSighting.id).where(PickupSighting.order_id == order.row.id)) is not None:
        return
    _refuse_own(session, keeper_id, order.row, new.device, now)
    transitions.fetch(session, actor, order, shown=new.shown, now=now)
    session.add(
        PickupSighting(
            commune_id=new.commune_id,
            order_id=order.row.id,
            pickup_point_id=point.id,
            keeper_id=keeper_id,
            device=new.device,
            seen_at=now,
        )
    )


def _own_point(order: Locked[Order], posts: list[Locked[Post]], now: datetime) -> PickupPoint:
    """Where the order is fetched, if that is kept by the person who holds these posts; NotFound if not."""
    point, today = order.row.pickup_point, local_day(now)
    if point is None or not any(is_keeper(post.row, point.hamlet_id, today) for post in posts):
        raise NotFound(NO_ORDER)
    return point


def _refuse_own(session: Session, keeper_id: int, order: Order, device: str, now: datetime) -> None:
    contact, keeper = order.purchase.contact, session.get_one(Person, keeper_id)
    is_buyer = contact.holder_id == keeper_id or contact.device == device or contact.phone == keeper.phone
    if is_buyer or right_to(session, order.business_id, keeper_id, local_day(now)):
        raise Refused("own_order", OWN_ORDER)
