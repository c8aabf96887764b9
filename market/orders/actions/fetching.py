"""What the keeper of a pickup point writes down: that goods came, and that a buyer took theirs.

It is the word of somebody who is neither the buyer nor the seller. It moves no money and no stock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked_all
from market.base.errors import NotFound, Refused
from market.orders.actions import transitions
from market.orders.actions.hand_over_keys import check_shown
from market.orders.models import Order, PickupSighting
from market.orders.rules import NO_ORDER, OrderStatus
from market.places.models import PickupPoint
from market.sellers.models import Post
from market.sellers.queries import is_keeper, right_to
from market.values.period import local_day

OWN_ORDER = (
    "Đơn này là của chính bạn hoặc của gian hàng mà bạn tham gia, nên cần người khác ghi. Người bán vẫn giao được ở "
    "trang của đơn."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPoint:
    """Orders of a commune that stand at a keeper's points, and the keeper's browser."""

    commune_id: int
    order_ids: tuple[int, ...]
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Orders of one purchase that stand at a keeper's points, and the hand-over key of any of them: who holds one of
    these pages holds them all."""

    at: AtPoint
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TickedOrders:
    """What became of the ticks of a paper: how many orders were written down, and the codes of those that were not,
    because they are the keeper's own or stand there no more."""

    noted: int
    own: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A keeper's orders, locked, and the time after that."""

    orders: Sequence[Locked[Order]]
    now: datetime


def note_arrived(session: Session, actor: Actor, keeper_id: int, at: AtPoint, *, clock: Clock) -> int:
    """Write down that a stall's goods came to their point; returns how many orders' had not been written yet.
    Idempotent. What was called off or handed over meanwhile is passed over; NotFound as `_lock`."""
    held = _lock(session, keeper_id, at, clock)
    came = [one for one in held.orders if one.row.status is OrderStatus.READY and one.row.arrived_at is None]
    for order in came:
        transitions.arrive(session, actor, order, now=held.now)
    return len(came)


def note_fetched(session: Session, actor: Actor, keeper_id: int, new: Fetched, *, clock: Clock) -> None:
    """Write down that the buyer fetched orders of one purchase. Idempotent: an order is fetched once.

    Refused for an order that the keeper bought, or of a business that they are part of or act for, on an account or a
    device; Conflict where one is not ready; WrongCode; NotFound as `_lock`.
    """
    held = _lock(session, keeper_id, new.at, clock)
    waiting = [one for one in held.orders if one.row.fetched_at is None]
    if not waiting:
        return
    check_shown(waiting, new.shown)
    for order in waiting:
        if _is_own(session, keeper_id, order.row, new.at.device, held.now):
            raise Refused("own_order", OWN_ORDER)
        transitions.fetch(session, actor, order, by_code=True, now=held.now)
        session.add(_sighting(order.row, keeper_id, new.at.device, held.now))


def note_ticked(session: Session, actor: Actor, keeper_id: int, at: AtPoint, *, clock: Clock) -> TickedOrders:
    """Write down the orders that a keeper ticked off on paper while handing goods out. Nobody showed a code: it is no
    sighting of the buyer. Idempotent. NotFound as `_lock`."""
    held = _lock(session, keeper_id, at, clock)
    own, gone, ticked = [], [], []
    for order in held.orders:
        row = order.row
        if row.fetched_at is not None:
            continue
        if row.status is not OrderStatus.READY:
            gone.append(row.code)
        elif _is_own(session, keeper_id, row, at.device, held.now):
            own.append(row.code)
        else:
            transitions.fetch(session, actor, order, by_code=False, now=held.now)
            ticked.append(row.code)
    return TickedOrders(noted=len(ticked), own=tuple(own), gone=tuple(gone))


def _lock(session: Session, keeper_id: int, at: AtPoint, clock: Clock) -> _Held:
    """NotFound for an order that is not fetched at the keeper's hamlets' points, and for who keeps none any more."""
    orders = locked_all(session, Order, Order.id.in_(at.order_ids), Order.commune_id == at.commune_id)
    posts = locked_all(session, Post, Post.person_id == keeper_id, Post.commune_id == at.commune_id)
    now = clock()
    if len(orders) != len(set(at.order_ids)) or not all(_is_here(one.row.pickup_point, posts, now) for one in orders):
        raise NotFound(NO_ORDER)
    return _Held(orders=orders, now=now)


def _is_here(point: PickupPoint | None, posts: Sequence[Locked[Post]], now: datetime) -> bool:
    """Whether a point is kept by the person who holds these posts."""
    today = local_day(now)
    return point is not None and any(is_keeper(post.row, point.hamlet_id, today) for post in posts)


def _sighting(order: Order, keeper_id: int, device: str, now: datetime) -> PickupSighting:
    return PickupSighting(
        commune_id=order.commune_id,
        order_id=order.id,
        pickup_point_id=order.pickup_point_id,
        keeper_id=keeper_id,
        device=device,
        seen_at=now,
    )


def _is_own(session: Session, keeper_id: int, order: Order, device: str, now: datetime) -> bool:
    """Whether the keeper is the order's buyer, or of its business."""
    contact, keeper = order.purchase.contact, session.get_one(Person, keeper_id)
    is_buyer = contact.holder_id == keeper_id or contact.device == device
    if contact.phone is not None and contact.phone == keeper.phone:
        is_buyer = True
    return is_buyer or right_to(session, order.business_id, keeper_id, local_day(now)) is not None
