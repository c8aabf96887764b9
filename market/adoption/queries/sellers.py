"""Who sold in a window, and what it is worth: one row a business, whatever it sold."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, Text, bindparam, case, func, select, true, type_coerce
from sqlalchemy.orm import Session

from market.adoption.models import DeclaredSale
from market.adoption.queries.evidence import (
    ENTRY,
    IS_GOOD,
    IS_PROVEN,
    IS_SALE,
    IS_STRUCK_OUT,
    IS_UNFLAGGED,
    IS_VOUCHED,
    at_least,
    buyer_device,
    buyer_phone,
    sales,
    with_buyers,
)
from market.adoption.rules import Evidence, Trade
from market.adoption.rules.risk_flags import OTHER_BUYERS, proven_by_one_buyer
from market.base.conditions import is_among
from market.base.db import AnyColumn, AnySelect
from market.base.row_query import AnyRowQuery, RowQuery
from market.payments.queries.confirmed import KNOWN_AT
from market.sellers.models import Business
from market.values.period import Period


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


class _Good(NamedTuple):
    """A good sale: its day, and its buyer."""

    day: date
    phone: str
    device: str


_Found = Mapping[int, _Good]


class _FoundSales(NamedTuple):
    """By business the newest good sale that lies in every window, or else may lie in some; the oldest good one after
    the first window."""

    settled: _Found
    before: _Found
    after: _Found

    def within(self, window: Window) -> list[Set[int]]:
        """Of each of these, whose sale lies in the window."""
        start, end = window.days.start, window.days.end
        some = [{key for key, one in found.items() if start <= one.day <= end} for found in (self.before, self.after)]
        return [keys & window.businesses for keys in (self.settled.keys(), *some)]


_Look = Mapping[str, AnyRowQuery]
"""The statement for each kind of database."""
_START, _END = bindparam("start", type_=Date()), bindparam("end", type_=Date())
_IS_AMONG = is_among(Business.id, "ids")
_NEWEST = (ENTRY.day.desc(), ENTRY.order_id.desc())
_OLDEST = (ENTRY.day, ENTRY.order_id)


def _first_good(order: tuple[AnyColumn, ...], which: ColumnElement[bool]) -> _Look:
    """Of each business the first good sale of some days, in an order that the index of its sales has: most often the
    first one looked at. Said for each database so that it goes there once a business, reads the sale's buyer from what
    it has just read, and never the whole of a table: SQLite knows no LATERAL, and is asked for one text,
    None where there is no such sale; PostgreSQL may take a join to the orders found for one to all of them."""

    def found(*columns: AnyColumn) -> AnySelect:
        query = with_buyers(sales(*columns)).order_by(*order).limit(1)
        return query.where(ENTRY.business_id == Business.id, ENTRY.day.between(_START, _END), IS_GOOD)

    phone, device = buyer_phone(), buyer_device()
    first = found(ENTRY.day, phone.label("phone"), device.label("device")).correlate(Business).lateral("found")
    written = found(type_coerce(ENTRY.day, Text) + " " + phone + " " + device)
    return {
        "postgresql": RowQuery(select(Business.id, *first.c).join(first, true()).where(which)),
        "sqlite": RowQuery(select(Business.id, written.correlate(Business).scalar_subquery()).where(which)),
    }


_NEWEST_GOOD = _first_good(_NEWEST, Business.commune_id == bindparam("commune_id"))
_OLDEST_OF = _first_good(_OLDEST, _IS_AMONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class SellersAsked:
    """Of which commune, as known at which moment."""

    commune_id: int
    known_at: datetime


def sellers_in(session: Session, asked: SellersAsked, windows: Sequence[Window]) -> list[Sellers]:
    """Who sold in each of some windows, by one look at each business's sales, for the newest good one up to the first
    window's end; and where that lies too far back for some window, a second one, for the oldest good one after it.

    The windows begin and end one after the other, each of them on the day after the first one's end at the latest: so
    either sale lies in a window, or none does. What is late in the last one lies after the others.
    """
    first, last = windows[0].days, windows[-1].days
    given = {"known_at": asked.known_at, "late_from": windows[-1].late_from}
    up_to = given | {"commune_id": asked.commune_id, "start": first.start, "end": first.end}
    before = _good(session, _NEWEST_GOOD, up_to)
    settled = {key: one for key, one in before.items() if one.day >= last.start}
    after: dict[int, _Good] = {}
    if last.end > first.end:
        rest = frozenset[int]().union(*(window.businesses for window in windows)) - settled.keys()
        after = _oldest(session, rest, given, Period(first.end + timedelta(days=1), last.end))
    alike = _alike([before, after], [window.one_buyer_most for window in windows])
    found = _FoundSales(settled, {key: one for key, one in before.items() if key not in settled}, after)
    return [_sellers(session, window, alike, found, given) for window in windows]


def _good(session: Session, look: _Look, given: Mapping[str, object]) -> dict[int, _Good]:
    connection = session.connection()
    rows = look[connection.dialect.name].rows(connection, given)
    return _as_written(rows) if connection.dialect.name == "sqlite" else {key: _Good(*one) for key, *one in rows}


def _as_written(rows: Iterable[tuple[int, str | None]]) -> dict[int, _Good]:
    """What SQLite's look wrote: neither a day nor a phone has a space in it."""
    split = [(key, written.split(" ", 2)) for key, written in rows if written]
    return {key: _Good(date.fromisoformat(day), phone, device) for key, (day, phone, device) in split}


def _oldest(session: Session, ids: Collection[int], given: Mapping[str, object], days: Period) -> dict[int, _Good]:
    within = {"start": days.start, "end": days.end, "ids": ids}
    return _good(session, _OLDEST_OF, dict(given) | within) if ids else {}


def _alike(found: Iterable[_Found], limits: Iterable[int | None]) -> set[int]:
    """The businesses of whose sales one was seen to a phone or a device that bought from too many others as well: no
    other may hang on one buyer in any of the windows."""
    most = min((limit for limit in limits if limit is not None), default=None)
    if most is None:
        return set()
    sales = [sale for some in found for sale in some.items()]
    phones, devices = [(key, one.phone) for key, one in sales], [(key, one.device) for key, one in sales]
    return _of_frequent(phones, most) | _of_frequent(devices, most)


def _of_frequent(buyers: Sequence[tuple[int, str]], most: int) -> set[int]:
    """Most buyers are seen once or twice: they are counted first, and told apart by business where they are more."""
    frequent = {buyer for buyer, times in Counter([buyer for _, buyer in buyers]).items() if times > most}
    bought_from: dict[str, set[int]] = defaultdict(set)
    for business_id, buyer in buyers:
        if buyer in frequent:
            bought_from[buyer].add(business_id)
    return {business_id for businesses in bought_from.values() if len(businesses) > most for business_id in businesses}


def _sellers(
    session: Session, window: Window, alike: Set[int], found: _FoundSales, given: Mapping[str, object]
) -> Sellers:
    inside = found.within(window)
    seen: dict[int, list[_Good]] = defaultdict(list)
    for some, keys in zip(found, inside, strict=True):
        for key in keys & alike:
            seen[key].append(some[key])
    single = _on_one_buyer(session, window, seen, given)
    return Sellers(counted=frozenset().union(*inside) - single, on_one_buyer=single)


def _on_one_buyer(
    session: Session, window: Window, seen: Mapping[int, list[_Good]], given: Mapping[str, object]
) -> set[int]:
    """Of those who may hang on one buyer, as far as was seen, more is asked: another sale first, then all of them."""
    most = window.one_buyer_most
    if most is None or not (may := _single(seen, most)):
        return set()
    others = _oldest(session, may, given, window.days)
    seen = {key: [*some, *([others[key]] if key in others else ())] for key, some in seen.items()}
    within = dict(given) | {"start": window.days.start, "end": window.days.end}
    few = [one for one in _buyers(session, _single(seen, most), within) if one.are_few]
    phones = proven_by_one_buyer(((one.business_id, one.phones) for one in few), most)
    return phones | proven_by_one_buyer(((one.business_id, one.devices) for one in few), most)


def _single(seen: Mapping[int, list[_Good]], most: int) -> set[int]:
    phones = proven_by_one_buyer(((key, {one.phone for one in some}) for key, some in seen.items()), most)
    return phones | proven_by_one_buyer(((key, {one.device for one in some}) for key, some in seen.items()), most)


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
        sales(
            ENTRY.business_id,
            func.min(_GOOD_PHONE).label("phone"),
            func.max(_GOOD_PHONE).label("other_phone"),
            func.min(_GOOD_DEVICE).label("device"),
            func.max(_GOOD_DEVICE).label("other_device"),
            func.count(case((IS_UNFLAGGED, buyer_phone())).distinct()).label("buyers"),
            func.max(case((IS_GOOD & IS_VOUCHED, 1), else_=0)).label("vouched"),
        )
    )
    .where(is_among(ENTRY.business_id, "ids"), ENTRY.day.between(_START, _END), IS_SALE, at_least(Evidence.DECLARED))
    .group_by(ENTRY.business_id)
)


def _buyers(session: Session, ids: Iterable[int], within: Mapping[str, object]) -> Iterator[_Buyers]:
    for row in session.execute(_ALL_BUYERS, dict(within) | {"ids": ids}):
        yield _Buyers(
            business_id=row.business_id,
            phones={row.phone, row.other_phone} - {None},
            devices={row.device, row.other_device} - {None},
            buyers=row.buyers,
            is_vouched=bool(row.vouched),
        )


def _has_sale(what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Said so that PostgreSQL looks at the business's sales one by one, and does not make a table of everybody's."""
    of_business = (ENTRY.business_id == Business.id, ENTRY.day.between(_START, _END))
    some = sales(ENTRY.order_id).where(*of_business, IS_SALE, ~IS_STRUCK_OUT, what).limit(1)
    return some.correlate(Business).scalar_subquery().is_not(None)


_SOLD_ON = (
    select(DeclaredSale.platform)
    .where(DeclaredSale.business_id == Business.id, DeclaredSale.declared_at <= KNOWN_AT)
    .where(DeclaredSale.sold_on.between(_START, _END))
    .order_by(DeclaredSale.id.desc())
    .limit(1)
    .correlate(Business)
    .scalar_subquery()
)
"""The platform that a business says it sold on, the last one that it told of."""
_TRADES = {trade.value: trade for trade in Trade}
_WITHOUT_GOOD = RowQuery(
    select(
        Business.id,
        case(
            (_has_sale(IS_PROVEN), Trade.TO_REVIEW.value),
            (_has_sale(at_least(Evidence.DECLARED)) | _SOLD_ON.is_not(None), Trade.DECLARED.value),
            else_=Trade.NONE_YET.value,
        ),
    ).where(_IS_AMONG)
)
_ELSEWHERE = RowQuery(select(Business.id, _SOLD_ON).where(_IS_AMONG, _SOLD_ON.is_not(None)))


def trades_in(session: Session, asked: SellersAsked, window: Window, sellers: Sellers) -> dict[int, Trade]:
    """What is known of the window's sales of everybody on the register; `sellers`: those of the same window."""
    trades = dict.fromkeys(sellers.counted, Trade.COUNTED) | dict.fromkeys(sellers.on_one_buyer, Trade.TO_REVIEW)
    within = {"known_at": asked.known_at, "late_from": window.late_from}
    within |= {"start": window.days.start, "end": window.days.end}
    rest = window.businesses - trades.keys()
    rows = _WITHOUT_GOOD.rows(session.connection(), within | {"ids": rest}) if rest else ()
    return trades | {key: _TRADES[trade] for key, trade in rows}


def declared_in(session: Session, asked: SellersAsked, days: Period, ids: Collection[int]) -> dict[int, str]:
    """Of some businesses the platform that each says it sold on, the last one that it told of."""
    within = {"known_at": asked.known_at, "start": days.start, "end": days.end, "ids": ids}
    return dict(_ELSEWHERE.rows(session.connection(), within)) if ids else {}
