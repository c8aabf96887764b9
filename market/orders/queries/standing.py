"""What a buyer wants to buy, read in one statement with what they hold without money and what they were handed before.

Where goods are held until a moment, no money keeps the order: what is paid, and what its stall has packed, is held
until the order ends.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session

from market.base.db import NOW, said
from market.base.row_query import AnyRowQuery, NamedRow, RowQuery
from market.catalog.models import Reservation, Variant
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.deposits import KEPT_FACT, read_kept
from market.orders.queries.offers import OFFERS, Offer, offer_of
from market.orders.rules import OrderSource, OrderStatus
from market.places.queries import QUIET_ROWS, fact_column, read_quiet_hours
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.period import local_day
from market.values.phone import Phone
from market.values.quantity import line_total
from market.values.quiet import QuietHours

SMALL_HOLD = Dong(250_000)
"""What a newcomer may always have held without money, whatever part of the stock it is: a basket for a household. Above
it, half of the stock at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerKeys:
    """By what a buyer is known: their browser, account, the phone that was typed, the network they ask from."""

    device: str | None
    person_id: int | None
    phone: Phone
    network: str | None

    def names(self) -> Iterator[tuple[str, object]]:
        """What is locked while is counted what they hold."""
        return ((kind, key) for kind, key in asdict(self).items() if key is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How many orders without money hold counted goods, or wait for their stall's yes to hold any: of a browser or
    account, of a phone, of a network."""

    own: int = 0
    phone: int = 0
    network: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerStanding:
    """What a buyer holds without money at a stall and in the whole market, and how many orders their browser or account
    was handed, in both."""

    here: Holding = Holding()
    everywhere: Holding = Holding()
    bought_here: int = 0
    bought: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StockShare:
    """Of a variant (thousandths): what is there (None: not counted), and what its buyer holds of it without money, by
    their browser, account, phone or network."""

    on_hand: int | None
    held: int

    def is_too_much(self, amount: int, price: Dong) -> bool:
        """Whether a newcomer who wants so much more would hold over half of it, and more than a household's basket."""
        wanted = self.held + amount
        return self.on_hand is not None and 2 * wanted > self.on_hand and line_total(price, wanted) > SMALL_HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class ForBuyer:
    """The offers of the variants that are wanted, by id; by stall how the buyer stands, by variant what they hold; in
    which hours no clock of the commune runs, and which part of a deposit is its stall's where nobody comes."""

    offers: dict[int, Offer]
    standings: dict[int, BuyerStanding]
    shares: dict[int, StockShare]
    quiet: QuietHours
    kept_percent: int


_OWN = or_(Contact.device == bindparam("device"), Contact.person_id == bindparam("person_id"))
_PHONE = Contact.phone == bindparam("phone")
_NETWORK = Contact.network == bindparam("network")
_THEIRS = (
    select(Purchase.id, _OWN.label("own"), _PHONE.label("phone"), _NETWORK.label("network"))
    .join(Contact, Contact.id == Purchase.contact_id)
    .where(Purchase.commune_id == bindparam("commune_id"), or_(_OWN, _PHONE, _NETWORK))
    .cte("theirs")
)
_COUNTED_GOODS = (
    select(Reservation.id)
    .join(Variant, Variant.id == Reservation.variant_id)
    .where(Reservation.order_id == Order.id, Variant.on_hand.is_not(None))
    .correlate(Order)
    .exists()
)
_HOLDS = Order.ended_at.is_(None) & (Order.due_at > NOW) & or_(~Order.is_held, _COUNTED_GOODS)
_IS_THEIR_WORD = Order.source == said(OrderSource.MARKET)
"""What a stall wrote down under somebody's number is not theirs: it neither fills their bounds nor makes them known."""
_ORDERS = (
    select(
        Order.stall_id,
        _THEIRS.c.own,
        _THEIRS.c.phone,
        _THEIRS.c.network,
        _HOLDS.label("holds"),
        (Order.status == OrderStatus.DELIVERED).label("delivered"),
    )
    .join(_THEIRS, _THEIRS.c.id == Order.purchase_id)
    .where(_IS_THEIR_WORD)
    .subquery("theirs_by_order")
)
_COUNTED = {
    "own": _ORDERS.c.own & _ORDERS.c.holds,
    "phone": _ORDERS.c.phone & _ORDERS.c.holds,
    "network": _ORDERS.c.network & _ORDERS.c.holds,
    "bought": _ORDERS.c.own & _ORDERS.c.delivered,
}
_BY_STALL = (
    select(_ORDERS.c.stall_id, *(func.count(case((which, 1))).label(name) for name, which in _COUNTED.items()))
    .group_by(_ORDERS.c.stall_id)
    .cte("by_stall")
)
_IN_ALL = select(*(func.sum(_BY_STALL.c[name]).label(name) for name in _COUNTED)).subquery("in_all")
_HELD_BY_BUYER = (
    select(func.sum(Reservation.amount))
    .join(Order, Order.id == Reservation.order_id)
    .join(_THEIRS, _THEIRS.c.id == Order.purchase_id)
    .where(Reservation.variant_id == Variant.id, Reservation.released_at.is_(None), Reservation.held_until > NOW)
    .where(_IS_THEIR_WORD)
    .correlate(Variant)
    .scalar_subquery()
)
# Built once, as every statement of a check-out.
_FOR_BUYER: AnyRowQuery = RowQuery(
    OFFERS.add_columns(
        Variant.on_hand,
        _HELD_BY_BUYER.label("held"),
        QUIET_ROWS.label("quiet_rows"),
        fact_column(KEPT_FACT).label("kept_fact"),
        *(_BY_STALL.c[name].label(f"{name}_here") for name in _COUNTED),
        *(_IN_ALL.c[name] for name in _COUNTED),
    )
    .outerjoin(_BY_STALL, _BY_STALL.c.stall_id == Stall.id)
    .join(_IN_ALL, true())
    .where(Variant.id.in_(bindparam("variant_ids", expanding=True)))
)


def offers_for(
    session: Session, buyer: BuyerKeys, commune_id: int, variant_ids: list[int], *, now: datetime
) -> ForBuyer:
    """The offers of these variants, public or not, and how the buyer stands. What is counted holds only while
    `BuyerKeys.names` are locked."""
    asked = asdict(buyer) | {"commune_id": commune_id, "variant_ids": variant_ids, "now": now, "day": local_day(now)}
    rows = _FOR_BUYER.named(session.connection(), asked)
    return ForBuyer(
        offers={row["variant_id"]: offer_of(row) for row in rows},
        standings={row["stall_id"]: _standing(row) for row in rows},
        shares={row["variant_id"]: StockShare(on_hand=row["on_hand"], held=int(row["held"] or 0)) for row in rows},
        quiet=read_quiet_hours(rows[0]["quiet_rows"] if rows else None),
        kept_percent=read_kept(rows[0]["kept_fact"] if rows else None),
    )


def _standing(row: NamedRow) -> BuyerStanding:
    """PostgreSQL's sums of whole numbers are decimals: made whole again. None where the buyer has no order."""
    counts = {f"{name}{here}": int(row[f"{name}{here}"] or 0) for name in _COUNTED for here in ("", "_here")}
    return BuyerStanding(
        here=Holding(own=counts["own_here"], phone=counts["phone_here"], network=counts["network_here"]),
        everywhere=Holding(own=counts["own"], phone=counts["phone"], network=counts["network"]),
        bought_here=counts["bought_here"],
        bought=counts["bought"],
    )
