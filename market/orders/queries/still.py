"""The orders that a stall has still to do with, a page at a time: what waits for its word, what is in its hand, what is
to be packed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Label,
    Select,
    Subquery,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session

from market.base.db import NOW, said
from market.orders.models import Order
from market.orders.queries.orders import OF_STALL, is_still, listed
from market.orders.rules import OPEN, OrderStatus
from market.values.paging import CountedPage, ListPage


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPages:
    """Which page of what waits and of what is in hand is shown, of so many orders each; one that is not there is the
    nearest that is."""

    size: int
    to_answer: int = 1
    in_hand: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrders:
    """`to_answer`: what waits for the stall's word, the most pressing first, which are those that are paid and then
    those whose time is over first. `in_hand`: what it has accepted and must get ready or hand over, oldest first."""

    to_answer: CountedPage[Order]
    in_hand: CountedPage[Order]


_SIZE: BindParameter[int] = bindparam("size", type_=Integer())
_ASKS: ColumnElement[int] = case((Order.status == said(OrderStatus.PLACED), 1), else_=0)
_PRESSING = (
    case((Order.status != said(OrderStatus.PLACED), 0), (Order.due_at.is_(None), 1), else_=2),
    case((Order.status == said(OrderStatus.PLACED), Order.due_at)),
    Order.id,
)


def _page(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer())


def _shown(places: Subquery, page: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    """The rows of the page, or of the last one where it is not there."""
    before, total = (page - 1) * _SIZE, places.c.total
    last = cast((total - 1) / _SIZE, Integer) * _SIZE
    first = case((before < total, before), else_=last)
    return places.c.place > first, places.c.place <= first + _SIZE


def _open() -> Select[Order, int, int]:
    """Both lists in one statement: of each its page, and how long it is."""
    place: Label[int] = func.row_number().over(partition_by=_ASKS, order_by=_PRESSING).label("place")
    total: Label[int] = func.count().over(partition_by=_ASKS).label("total")
    still = Order.stall_id == OF_STALL, is_still(NOW, *sorted(OPEN))
    places = select(Order.id, _ASKS.label("asks"), place, total).where(*still).subquery()
    page = case((places.c.asks == 1, _page("to_answer")), else_=_page("in_hand"))
    query = listed().add_columns(places.c.asks, places.c.total).join(places, places.c.id == Order.id)
    return query.where(*_shown(places, page)).order_by(places.c.asks, places.c.place)


_OPEN = _open()


def open_orders(session: Session, stall_id: int, asked: OpenPages, *, now: datetime) -> OpenOrders:
    """What waits for the stall and what it has in hand, in one question."""
    which = {"stall": stall_id, "now": now, "size": asked.size}
    pages = {"to_answer": asked.to_answer, "in_hand": asked.in_hand}
    rows = session.execute(_OPEN, which | pages).all()
    waiting = [(order, total) for order, asks, total in rows if asks]
    accepted = [(order, total) for order, asks, total in rows if not asks]
    return OpenOrders(
        to_answer=_paged(waiting, asked.size, asked.to_answer), in_hand=_paged(accepted, asked.size, asked.in_hand)
    )


def _paged(rows: list[tuple[Order, int]], size: int, page: int) -> CountedPage[Order]:
    shown = ListPage(total=rows[0][1] if rows else 0, size=size, asked=page)
    return shown.with_rows([order for order, _ in rows])


# --- what is to be packed ---------------------------------------------------------------------------------------------


def _to_pack() -> Select[Order, int]:
    """What no clock ends is paid or packed: it goes first."""
    pressing = Order.due_at.is_not(None), Order.due_at, Order.id
    place: Label[int] = func.row_number().over(order_by=pressing).label("place")
    total: Label[int] = func.count().over().label("total")
    is_here = Order.buyer_confirmed_at.is_(None), Order.fetched_at.is_(None), Order.asked_until.is_(None)
    still = Order.stall_id == OF_STALL, is_still(NOW, OrderStatus.ACCEPTED, OrderStatus.READY), *is_here
    places = select(Order.id, place, total).where(*still).subquery()
    query = listed().add_columns(places.c.total).join(places, places.c.id == Order.id)
    return query.where(*_shown(places, _page("page"))).order_by(places.c.place)


_TO_PACK = _to_pack()


def orders_to_pack(session: Session, stall_id: int, *, page: int, size: int, now: datetime) -> CountedPage[Order]:
    """What the stall has accepted and nobody has taken yet, the most pressing first; not what a buyer has still to say
    yes to."""
    rows = session.execute(_TO_PACK, {"stall": stall_id, "now": now, "size": size, "page": page}).all()
    return _paged([(order, total) for order, total in rows], size, page)
