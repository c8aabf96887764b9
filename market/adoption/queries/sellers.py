"""Who sold in a window, and what it is worth: one row a business, whatever it sold."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, Select, bindparam, case, func, select, true
from sqlalchemy.orm import Session, aliased

from market.adoption.models import DeclaredSale
from market.adoption.queries.evidence import (
    IS_GOOD,
    IS_PROVEN,
    IS_STRUCK_OUT,
    IS_UNFLAGGED,
    IS_VOUCHED,
    buyer_device,
    buyer_phone,
    if_sale,
    orders,
    with_buyers,
)
from market.adoption.rules import Trade
from market.adoption.rules.risk_flags import OTHER_BUYERS, proven_by_one_buyer
from market.orders.models import Contact, Order, Purchase
from market.sellers.models import Business
from market.values.period import Period

AT_ONCE = 5_000
"""So many businesses are named in a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days, who is on the register at the end of them, and the limits of that day. Of sales after `late_from` an
    officer must decide; `one_buyer_most` is None where nobody has set it."""

    days: Period
    late_from: date
    one_buyer_most: int | None
    businesses: Set[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sellers:
    """Who has sales of the window that count; `on_one_buyer`: who has, all of them to a buyer who so proves too
    many."""

    counted: Set[int]
    on_one_buyer: Set[int]

    @property
    def all(self) -> Set[int]:
        return self.counted | self.on_one_buyer


@dataclass(frozen=True, slots=True)
class _Good:
    """A good sale: its day, and its buyer."""

    day: date
    phone: str
    device: str


_START, _END = bindparam("start", type_=Date()), bindparam("end", type_=Date())
_IDS = bindparam("ids", expanding=True)
_NEWEST = (Order.completed_on.desc(), Order.id.desc())
_OLDEST = (Order.completed_on, Order.id)


def _first_good(order: tuple[object, ...]) -> Select[tuple[int, date, str, str]]:
    """Of each business the first good sale of some days, in an order that the index of its sales has: most often the
    first one looked at."""
    of_business = (Order.business_id == Business.id, Order.completed_on.between(_START, _END))
    ordered = orders(Order.id).where(*of_business, if_sale(IS_GOOD)).order_by(*order).limit(1)
    sale = aliased(Order)
    return (
        select(Business.id, sale.completed_on, buyer_phone(), buyer_device())
        .select_from(Business)
        .join(sale, sale.id == ordered.correlate(Business).scalar_subquery())
        .join(Purchase, Purchase.id == sale.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
    )


_IN_COMMUNE = Business.commune_id == bindparam("commune_id")
_NEWEST_GOOD = _first_good(_NEWEST).where(_IN_COMMUNE)
_OLDEST_GOOD = _first_good(_OLDEST).where(_IN_COMMUNE)
_OLDEST_OF = _first_good(_OLDEST).where(Business.id.in_(_IDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class SellersAsked:
    """Of which commune, as known at which moment."""

    commune_id: int
    known_at: datetime


def sellers_in(session: Session, asked: SellersAsked, windows: Sequence[Window]) -> list[Sellers]:
    """Who sold in each of some windows, by two looks at each business's sales: for the newest good one up to the first
    window's end, and for the oldest good one after it.

    The windows are of one kind: each begins no later than the day after the first one ends, and ends no earlier than
    it, so that either sale lies in a window, or none does. Their `late_from` is the same, or none of them has any.
    """
    first, last = windows[0].days, windows[-1].days
    start = min(window.days.start for window in windows)
    given = {"commune_id": asked.commune_id, "known_at": asked.known_at, "late_from": windows[-1].late_from}
    before = _good(session, _NEWEST_GOOD, given | {"start": start, "end": first.end})
    after: dict[int, _Good] = {}
    if last.end > first.end:
        after = _good(session, _OLDEST_GOOD, given | {"start": first.end + timedelta(days=1), "end": last.end})
    return [_sellers(session, window, _Seen.within(window, before, after), given) for window in windows]


def _good(session: Session, query: Select[tuple[int, date, str, str]], given: Mapping[str, object]) -> dict[int, _Good]:
    return {business_id: _Good(*rest) for business_id, *rest in session.execute(query, given)}


class _Seen:
    """Good sales of a window, by business: one at least of each that has any."""

    def __init__(self, of: Mapping[int, list[_Good]]) -> None:
        self.of = of

    @classmethod
    def within(cls, window: Window, *found: Mapping[int, _Good]) -> "_Seen":
        of: dict[int, list[_Good]] = defaultdict(list)
        for some in found:
            for business_id, one in some.items():
                if business_id in window.businesses and one.day in window.days:
                    of[business_id].append(one)
        return cls(of)

    def joined_with(self, found: Mapping[int, _Good]) -> "_Seen":
        return _Seen({key: [*some, *([found[key]] if key in found else ())] for key, some in self.of.items()})

    def on_one_buyer(self, most: int) -> set[int]:
        """Whose sales, as far as they were seen, are of one phone or one device that so proves more than `most`."""
        phones = proven_by_one_buyer(((key, {one.phone for one in some}) for key, some in self.of.items()), most)
        return phones | proven_by_one_buyer(
            ((key, {one.device for one in some}) for key, some in self.of.items()), most
        )


def _sellers(session: Session, window: Window, seen: _Seen, given: Mapping[str, object]) -> Sellers:
    single = _on_one_buyer(session, window, seen, given)
    return Sellers(counted=seen.of.keys() - single, on_one_buyer=single)


def _on_one_buyer(session: Session, window: Window, seen: _Seen, given: Mapping[str, object]) -> set[int]:
    """Only of those who may hang on one buyer, as far as was seen, more is asked: another sale first, then all of
    them."""
    most = window.one_buyer_most
    if most is None or not (may := seen.on_one_buyer(most)):
        return set()
    within = dict(given) | {"start": window.days.start, "end": window.days.end}
    for ids in _some(may):
        seen = seen.joined_with(_good(session, _OLDEST_OF, within | {"ids": ids}))
    few = [one for ids in _some(seen.on_one_buyer(most)) for one in _buyers(session, ids, within) if one.are_few]
    phones = proven_by_one_buyer(((one.business_id, one.phones) for one in few), most)
    return phones | proven_by_one_buyer(((one.business_id, one.devices) for one in few), most)


def _some(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for first in range(0, len(ordered), AT_ONCE):
        yield ordered[first : first + AT_ONCE]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Buyers:
    """Of a business's good sales the phone and the device, where there is only one; how many bought at all."""

    business_id: int
    phones: Set[str]
    devices: Set[str]
    buyers: int
    is_vouched: bool

    @property
    def are_few(self) -> bool:
        return not self.is_vouched and self.buyers < OTHER_BUYERS


_GOOD_PHONE, _GOOD_DEVICE = case((IS_GOOD, buyer_phone())), case((IS_GOOD, buyer_device()))
_ALL_BUYERS = (
    with_buyers(
        orders(
            Order.business_id,
            func.min(_GOOD_PHONE).label("phone"),
            func.max(_GOOD_PHONE).label("other_phone"),
            func.min(_GOOD_DEVICE).label("device"),
            func.max(_GOOD_DEVICE).label("other_device"),
            func.count(case((IS_UNFLAGGED, buyer_phone())).distinct()).label("buyers"),
            func.max(case((IS_GOOD & IS_VOUCHED, 1), else_=0)).label("vouched"),
        )
    )
    .where(Order.business_id.in_(_IDS), Order.completed_on.between(_START, _END), if_sale(true()))
    .group_by(Order.business_id)
)


def _buyers(session: Session, ids: list[int], within: Mapping[str, object]) -> Iterator[_Buyers]:
    for row in session.execute(_ALL_BUYERS, dict(within) | {"ids": ids}):
        yield _Buyers(
            business_id=row.business_id,
            phones={row.phone, row.other_phone} - {None},
            devices={row.device, row.other_device} - {None},
            buyers=row.buyers,
            is_vouched=bool(row.vouched),
        )


def _has_sale(what: ColumnElement[bool]) -> ColumnElement[bool]:
    of_business = (Order.business_id == Business.id, Order.completed_on.between(_START, _END))
    return orders(Order.id).where(*of_business, if_sale(what & ~IS_STRUCK_OUT)).correlate(Business).exists()


_WITHOUT_GOOD = select(
    Business.id,
    case(
        (_has_sale(IS_PROVEN), Trade.TO_REVIEW.value),
        (_has_sale(~IS_PROVEN), Trade.DECLARED.value),
        else_=Trade.NONE_YET.value,
    ),
).where(Business.id.in_(_IDS))


def trades_in(session: Session, asked: SellersAsked, window: Window, sellers: Sellers) -> dict[int, Trade]:
    """What is known of the window's sales of everybody on the register; `sellers`: those of the same window."""
    trades = dict.fromkeys(sellers.counted, Trade.COUNTED) | dict.fromkeys(sellers.on_one_buyer, Trade.TO_REVIEW)
    within = {"known_at": asked.known_at, "late_from": window.late_from}
    within |= {"start": window.days.start, "end": window.days.end}
    elsewhere = declared_in(session, asked, window.days)
    for ids in _some(window.businesses - trades.keys()):
        for business_id, trade in session.execute(_WITHOUT_GOOD, within | {"ids": ids}):
            is_declared = Trade(trade) is Trade.NONE_YET and business_id in elsewhere
            trades[business_id] = Trade.DECLARED if is_declared else Trade(trade)
    return trades


def declared_in(session: Session, asked: SellersAsked, days: Period) -> dict[int, str]:
    """By business the platform that it says it sold on, the last one that it told of."""
    last = (
        select(func.max(DeclaredSale.id))
        .join(Business, Business.id == DeclaredSale.business_id)
        .where(Business.commune_id == asked.commune_id, DeclaredSale.declared_at <= asked.known_at)
        .where(DeclaredSale.sold_on.between(days.start, days.end))
        .group_by(DeclaredSale.business_id)
    )
    query = select(DeclaredSale.business_id, DeclaredSale.platform).where(DeclaredSale.id.in_(last))
    return {business_id: platform for business_id, platform in session.execute(query)}
