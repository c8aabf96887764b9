"""Goods held for orders: reserved, held longer, given back, sold. Guarded in the database, in the order of ids.

`variant.reserved` counts the reservations not yet ended. The one who reserves first gives back the overdue ones of that
variant, so that no job has to run before goods can be sold again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Row, Select, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Base, UtcTime, WholeNumber, locked
from market.base.errors import Refused
from market.catalog.actions.on_hand import Cause, set_on_hand
from market.catalog.models import MoveReason, Product, Reservation, ReservationEnd, Variant
from market.catalog.queries.stock import stopped_goods
from market.catalog.rules import STOPPED
from market.values.quantity import format_quantity, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRequest:
    """An amount (thousandths of the unit) of a variant for one order of a commune, held until a moment (None: until it
    ends)."""

    commune_id: int
    order_id: int
    variant_id: int
    amount: int
    held_until: datetime | None


class SoldOut(Refused):
    """There is not enough of something; the sentence names it and what is left, `left` does so in a few words."""

    def __init__(self, code: str, advice: str, *, left: str) -> None:
        super().__init__(code, f"Hết hàng: {left}. {advice}")
        self.left = left


class _HeldOtherwise(Exception):
    """What an order holds is not what is asked: the step taken is undone, with its locks."""


_RESERVATION = Base.metadata.tables["reservation"]
_VARIANT = Base.metadata.tables["variant"]

# Built once: building a statement costs as much as running it, and check-out waits on these.
_GIVE_BACK = (
    update(_RESERVATION)
    .where(
        _RESERVATION.c.variant_id == bindparam("which"),
        _RESERVATION.c.released_at.is_(None),
        _RESERVATION.c.held_until <= bindparam("now", type_=UtcTime()),
    )
    .values(released_at=bindparam("now", type_=UtcTime()), outcome=ReservationEnd.EXPIRED)
    .returning(_RESERVATION.c.amount)
)
_UNCOUNT = (
    update(_VARIANT)
    .where(_VARIANT.c.id == bindparam("which"))
    .values(reserved=_VARIANT.c.reserved - bindparam("less", type_=WholeNumber()))
)
_TAKE = (
    update(_VARIANT)
    .where(
        _VARIANT.c.id == bindparam("which"),
        or_(~_VARIANT.c.is_sold_out, _VARIANT.c.sold_out_for == bindparam("order", type_=WholeNumber())),
        or_(_VARIANT.c.for_sale_until.is_(None), _VARIANT.c.for_sale_until > bindparam("now", type_=UtcTime())),
        or_(_VARIANT.c.on_hand.is_(None), _VARIANT.c.on_hand - _VARIANT.c.reserved >= bindparam("more")),
    )
    .values(reserved=_VARIANT.c.reserved + bindparam("more", type_=WholeNumber()))
    .returning(_VARIANT.c.id)
)
_HOLD = insert(_RESERVATION)


def reserve(session: Session, wanted: Sequence[StockRequest], *, now: datetime) -> None:
    """Hold goods for orders, all or nothing. SoldOut where one line cannot be had."""
    if not wanted:
        return
    in_order = sorted(wanted, key=lambda one: (one.variant_id, one.order_id))
    for one in in_order:
        give_back_overdue(session, one.variant_id, now)
        _take(session, one, now)
    session.connection().execute(_HOLD, [asdict(one) for one in in_order])


def give_back_overdue(session: Session, variant_id: int, now: datetime) -> None:
    """Give back what is held of a variant beyond its time. To be called before the variant itself is locked."""
    overdue = session.connection().execute(_GIVE_BACK, {"which": variant_id, "now": now})
    _uncount(session, variant_id, overdue.scalars())


def _uncount(session: Session, variant_id: int, amounts: Iterable[int]) -> None:
    total = sum(amounts)
    if total:
        session.connection().execute(_UNCOUNT, {"which": variant_id, "less": total})


def _take(session: Session, one: StockRequest, now: datetime) -> None:
    """The guard: one conditional UPDATE, so that two buyers of the last piece cannot both have it. What an order
    stopped the sale of, because there was less than it wanted, it may still take itself."""
    asked = {"which": one.variant_id, "more": one.amount, "order": one.order_id, "now": now}
    taken = session.connection().execute(_TAKE, asked).first()
    if taken is None:
        raise _sold_out(session, one.variant_id, now)


def _sold_out(session: Session, variant_id: int, now: datetime) -> SoldOut:
    if stopped := stopped_goods(session, [variant_id], now=now):
        return SoldOut("out_of_stock", f"{STOPPED}. Giỏ vẫn giữ món này, các món khác chưa bị đặt.", left=stopped[0])
    row = session.execute(
        select(Product.name, Variant.label, Variant.unit, Variant.on_hand, Variant.reserved, Variant.is_sold_out)
        .join(Variant.product)
        .where(Variant.id == variant_id)
    ).one()
    left = 0 if row.is_sold_out or row.on_hand is None else row.on_hand - row.reserved
    return sold_out(f"{row.name} {row.label}".strip(), left, row.unit)


def sold_out(name: str, left: int, unit_code: str) -> SoldOut:
    """What a buyer is told who wants more than is left (thousandths)."""
    if left:
        some = f"{name} chỉ còn {format_quantity(left, unit(unit_code))}"
        return SoldOut("out_of_stock", "Giỏ vẫn giữ, mời sửa số lượng.", left=some)
    advice = "Giỏ vẫn giữ món này, các món khác chưa bị đặt."
    return SoldOut("out_of_stock", advice, left=f"{name} vừa bán hết")


def hold(session: Session, lines: Sequence[StockRequest], *, now: datetime) -> None:
    """Hold an order's lines until another moment, all or none: what was given back meanwhile is taken anew.

    SoldOut, and nothing changed, where a line cannot be had any more.
    """
    wanted = _by_variant(lines)
    if _hold_all(session, wanted):
        return
    with session.begin_nested():
        for one in wanted:
            _hold_one(session, one, now)


def _hold_all(session: Session, lines: Sequence[StockRequest]) -> bool:
    """Hold until another moment all that an order holds, in one go. False, and nothing stays locked, where that is not
    exactly these lines: what is missing must be taken in the order of the variants."""
    in_order = _live_of(lines[0].order_id).with_only_columns(Reservation.id)
    longer = (
        update(Reservation)
        .where(Reservation.id.in_(in_order))
        .values(held_until=lines[0].held_until)
        .returning(Reservation.variant_id, Reservation.amount)
        .execution_options(synchronize_session=False)
    )
    try:
        with session.begin_nested():
            if _summed(session.execute(longer)) != _amounts(lines):
                raise _HeldOtherwise
    except _HeldOtherwise:
        return False
    return True


def _amounts(lines: Sequence[StockRequest]) -> dict[int, int]:
    return {line.variant_id: line.amount for line in lines}


def _summed(rows: Iterable[Row[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for variant_id, amount in rows:
        sums[variant_id] = sums.get(variant_id, 0) + amount
    return sums


def _by_variant(lines: Sequence[StockRequest]) -> list[StockRequest]:
    """One amount for each variant of an order, in the order in which rows are locked."""
    sums: dict[int, StockRequest] = {}
    for line in sorted(lines, key=lambda one: one.variant_id):
        known = sums.get(line.variant_id)
        sums[line.variant_id] = replace(line, amount=line.amount + known.amount) if known else line
    return list(sums.values())


def _hold_one(session: Session, one: StockRequest, now: datetime) -> None:
    live = _live(session, one.order_id, one.variant_id)
    _change(session, [row.id for row in live], held_until=one.held_until)
    missing = one.amount - sum(row.amount for row in live)
    if missing > 0:
        again = replace(one, amount=missing)
        give_back_overdue(session, one.variant_id, now)
        _take(session, again, now)
        session.connection().execute(_HOLD, [asdict(again)])


def hold_exactly(session: Session, lines: Sequence[StockRequest], *, now: datetime) -> None:
    """Hold an order's lines and nothing else for it, each variant in turn: what is held beyond them is given back, what
    is missing taken. Its variants stay locked, for what is said of them with it. SoldOut, and nothing changed, where
    something cannot be had; NotFound for no such variant."""
    with session.begin_nested():
        for one in _all_of(session, lines):
            _let_go_beyond(session, one, now)
            if one.amount:
                _hold_one(session, one, now)
            locked(session, Variant, Variant.id == one.variant_id)


def lock_goods(session: Session, order_ids: Sequence[int], variant_ids: Sequence[int], *, now: datetime) -> None:
    """Lock what these orders hold of these variants, and the variants, one after the other by rising id: so that
    several orders may be gone through in any order afterwards. NotFound for no such variant."""
    for variant_id in variant_ids:
        give_back_overdue(session, variant_id, now)
        held = Reservation.order_id.in_(order_ids), Reservation.variant_id == variant_id
        query = select(Reservation.id).where(*held, Reservation.released_at.is_(None))
        session.execute(query.order_by(Reservation.id).with_for_update())
        locked(session, Variant, Variant.id == variant_id)


def hold_weighed(session: Session, actor: Actor, lines: Sequence[StockRequest], *, now: datetime) -> None:
    """Hold what an order's lines weigh, each variant in turn, and no more and no less than that. It lies on the scale:
    where fewer were counted, or their sale was stopped since, the amount on hand follows, by a move. NotFound for no
    such variant."""
    for one in _all_of(session, lines):
        give_back_overdue(session, one.variant_id, now)
        live = _live(session, one.order_id, one.variant_id)
        held = sum(row.amount for row in live)
        _change(session, [row.id for row in live], released_at=now, outcome=ReservationEnd.RELEASED)
        if one.amount:
            session.connection().execute(_HOLD, [asdict(one)])
        variant = locked(session, Variant, Variant.id == one.variant_id)
        reserved = variant.row.reserved + one.amount - held
        if variant.row.on_hand is not None and variant.row.on_hand < reserved:
            set_on_hand(session, variant, reserved, Cause(actor=actor, at=now, order_id=one.order_id))
        variant.row.reserved = reserved
        session.flush()


def let_go(session: Session, lines: Sequence[StockRequest], *, now: datetime) -> None:
    """Give back what is held for an order beyond its lines, each variant in turn; nothing is taken."""
    for one in _all_of(session, lines):
        _let_go_beyond(session, one, now)


def _all_of(session: Session, lines: Sequence[StockRequest]) -> list[StockRequest]:
    """One amount for each variant that an order needs or holds (nothing: of it no line is left), in the order in which
    rows are locked."""
    wanted = {one.variant_id: one for one in _by_variant(lines)}
    beside = [one for one in _variants_held(session, lines[0].order_id) if one not in wanted]
    gone = [replace(lines[0], variant_id=one, amount=0) for one in beside]
    return sorted([*wanted.values(), *gone], key=lambda one: one.variant_id)


def _let_go_beyond(session: Session, one: StockRequest, now: datetime) -> None:
    live = _live(session, one.order_id, one.variant_id)
    beyond = sum(row.amount for row in live) - one.amount
    if beyond <= 0:
        return
    _change(session, [row.id for row in live], released_at=now, outcome=ReservationEnd.RELEASED)
    if one.amount:
        session.connection().execute(_HOLD, [asdict(one)])
    _uncount(session, one.variant_id, [beyond])


def take_anew(session: Session, lines: Sequence[StockRequest], *, now: datetime) -> None:
    """Hold an order's lines whose time was over: what it held still is given back, what it needs is taken anew, each
    variant in turn. SoldOut where a line cannot be had; the caller then undoes all of it."""
    for one in _by_variant(lines):
        given_back = _end(session, one.order_id, one.variant_id, ReservationEnd.EXPIRED, now)
        give_back_overdue(session, one.variant_id, now)
        _uncount(session, one.variant_id, [given_back])
        _take(session, one, now)
        session.connection().execute(_HOLD, [asdict(one)])


def release(session: Session, order_id: int, outcome: ReservationEnd, *, now: datetime) -> None:
    """Give back what is still held for an order. Idempotent."""
    for variant_id in _variants_held(session, order_id):
        _uncount(session, variant_id, [_end(session, order_id, variant_id, outcome, now)])


def end_unfetched(
    session: Session, actor: Actor, lines: Sequence[StockRequest], spoiled: Collection[int], *, now: datetime
) -> None:
    """What was held for an order that nobody came for goes back; what of it is `spoiled` (variants) leaves the stock,
    counted goods by a move. One variant after the other, in the order in which rows are locked. NotFound for no such
    variant."""
    for one in _by_variant(lines):
        held = _end(session, one.order_id, one.variant_id, ReservationEnd.RELEASED, now)
        if one.variant_id not in spoiled:
            _uncount(session, one.variant_id, [held])
            continue
        variant = locked(session, Variant, Variant.id == one.variant_id)
        variant.row.reserved -= held
        if variant.row.on_hand is not None:
            cause = Cause(actor=actor, at=now, order_id=one.order_id)
            set_on_hand(session, variant, variant.row.on_hand - held, cause)
    session.flush()


def sell(session: Session, actor: Actor, lines: Sequence[StockRequest], *, now: datetime) -> None:
    """An order's lines leave the stock, counted goods by a move. SoldOut where not exactly these are held for it,
    NotFound for no such variant."""
    for one in _by_variant(lines):
        if _end(session, one.order_id, one.variant_id, ReservationEnd.SOLD, now) != one.amount:
            raise _sold_out(session, one.variant_id, now)
        variant = locked(session, Variant, Variant.id == one.variant_id)
        variant.row.reserved -= one.amount
        if variant.row.on_hand is not None:
            cause = Cause(actor=actor, at=now, reason=MoveReason.SALE, order_id=one.order_id)
            set_on_hand(session, variant, variant.row.on_hand - one.amount, cause)
    session.flush()


def _end(session: Session, order_id: int, variant_id: int, outcome: ReservationEnd, now: datetime) -> int:
    """End what is held of a variant for an order; how much that was."""
    live = _live(session, order_id, variant_id)
    _change(session, [row.id for row in live], released_at=now, outcome=outcome)
    return sum(row.amount for row in live)


def _variants_held(session: Session, order_id: int) -> Sequence[int]:
    query = select(Reservation.variant_id).where(Reservation.order_id == order_id, Reservation.released_at.is_(None))
    return session.scalars(query.distinct().order_by(Reservation.variant_id)).all()


def _live(session: Session, order_id: int, variant_id: int) -> Sequence[Row[int, int]]:
    """What is held of a variant for an order, locked before the variant itself."""
    return session.execute(_live_of(order_id).where(Reservation.variant_id == variant_id)).all()


def _live_of(order_id: int) -> Select[int, int]:
    """What is held for an order, locked in the order of the variants."""
    query = select(Reservation.id, Reservation.amount).where(
        Reservation.order_id == order_id, Reservation.released_at.is_(None)
    )
    return query.order_by(Reservation.variant_id, Reservation.id).with_for_update()


def _change(session: Session, reservation_ids: Sequence[int], **values: object) -> None:
    session.execute(
        update(Reservation)
        .where(Reservation.id.in_(reservation_ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
