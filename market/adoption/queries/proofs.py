"""Which sale speaks for a business, asked for a page of them, and every reason to look at one sale."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, bindparam, func, select
from sqlalchemy.orm import Session

from market.adoption.queries.evidence import ENTRY, IS_GOOD, IS_SALE, IS_STRUCK_OUT, at_least, is_own, sales
from market.adoption.queries.figures import FigureSources, day_before, sources_of
from market.adoption.queries.ledger import flags_raised, sales_of, verdicts_on
from market.adoption.queries.sellers import declared_in, sellers_in
from market.adoption.rules import ACTIVE, BusinessStanding, Evidence, RiskFlag, Sale, Trade
from market.adoption.rules.counting import reviewed
from market.adoption.rules.risk_flags import RiskLimits
from market.adoption.rules.summary import ReviewedSale
from market.base.row_query import RowQuery
from market.orders.models import Order
from market.sellers.models import Business
from market.values.period import Period, trailing_year


def _newest(*what: ColumnElement[bool]) -> ColumnElement[int | None]:
    """Of a business the newest sale of some days that is such."""
    days = ENTRY.day.between(bindparam("start", type_=Date()), bindparam("end", type_=Date()))
    query = sales(ENTRY.order_id).where(ENTRY.business_id == Business.id, days, *what)
    ordered = query.order_by(ENTRY.day.desc(), ENTRY.order_id.desc()).limit(1)
    return ordered.correlate(Business).scalar_subquery()


def _newest_open(level: Evidence) -> ColumnElement[int | None]:
    """The newest one so well proven that nobody has struck out."""
    return _newest(IS_SALE, ~IS_STRUCK_OUT, at_least(level))


_BEST = RowQuery(
    select(
        Business.id,
        func.coalesce(
            _newest(IS_GOOD, at_least(Evidence.BANK)),
            _newest(IS_GOOD, at_least(Evidence.CHANNEL_REPORT)),
            _newest(IS_GOOD),
            _newest_open(Evidence.BANK),
            _newest_open(Evidence.CHANNEL_REPORT),
            _newest_open(Evidence.BUYER),
            _newest_open(Evidence.DECLARED),
        ),
    ).where(Business.id.in_(bindparam("ids", expanding=True)))
)
"""Of some businesses the best sale: one that counts, else one to look at, else one declared; of those the one on the
strongest evidence, of these the newest."""

_IS_OWN = select(is_own()).select_from(Order).where(Order.id == bindparam("order_id"))


def with_proofs(
    session: Session, sources: FigureSources, days: Period, standings: Sequence[BusinessStanding]
) -> list[BusinessStanding]:
    """Some businesses of the figure of some days, each with the sale that speaks for it and what is flagged of it."""
    asked, window = sources.asked, sources.window(days)
    given = {"known_at": asked.known_at, "late_from": window.late_from, "start": days.start, "end": days.end}
    ids = [one.business_id for one in standings if one.trade is not Trade.NONE_YET]
    best = {key: order_id for key, order_id in _BEST.rows(session.connection(), given | {"ids": ids}) if order_id}
    looked_at = _reviewed(session, sources, days.end, list(best.values()))
    without = [one.business_id for one in standings if one.trade is Trade.DECLARED and one.business_id not in best]
    elsewhere = declared_in(session, asked, days, without)
    return [
        _proven(one, looked_at.get(best.get(one.business_id, 0)), elsewhere.get(one.business_id)) for one in standings
    ]


def _proven(standing: BusinessStanding, best: ReviewedSale | None, sold_on: str | None) -> BusinessStanding:
    if best is None:
        return replace(standing, sold_on=sold_on)
    flags = best.risk_flags if standing.trade is Trade.TO_REVIEW else ()
    if standing.trade is Trade.TO_REVIEW and not flags:
        flags = (RiskFlag.ONE_BUYER,)
    return replace(standing, proof=best.sale, risk_flags=flags)


def _reviewed(
    session: Session, sources: FigureSources, as_of: date, order_ids: Sequence[int]
) -> dict[int, ReviewedSale]:
    """Some sales with what is to be said of each on a day."""
    commune_id, known_at = sources.asked.commune_id, sources.asked.known_at
    verdicts = verdicts_on(session, commune_id, order_ids, known_at=known_at)
    raised = flags_raised(session, commune_id, order_ids, known_at=known_at)
    late_from = RiskLimits.on(sources.numbers, as_of).late_from(as_of)
    return {
        key: reviewed(sale, raised.get(key, ()), verdicts.get(key), late_from=late_from)
        for key, sale in sales_of(session, commune_id, order_ids, known_at=known_at).items()
    }


def risk_flags_about(
    session: Session, commune_id: int, sale: Sale, as_of: date, *, known_at: datetime
) -> set[RiskFlag]:
    """Every reason to look at one sale, as part of the figure of a day: what is flagged of it, and where it is the
    proof of its business, that one buyer proves too many."""
    days = trailing_year(as_of)
    sources = sources_of(session, commune_id, (as_of, day_before(days)), known_at=known_at)
    register = sources.registers[as_of]
    is_listed = sale.business_id in register.lines and register.lines[sale.business_id].status == ACTIVE
    if sale.completed_on not in days or not is_listed or session.scalar(_IS_OWN, {"order_id": sale.order_id}):
        return set()
    looked_at = _reviewed(session, sources, as_of, [sale.order_id])[sale.order_id]
    flags = set(looked_at.risk_flags)
    if sale.business_id in register.base and not flags and _hangs_on_one_buyer(session, sources, days, sale):
        flags.add(RiskFlag.ONE_BUYER)
    return flags


def _hangs_on_one_buyer(session: Session, sources: FigureSources, days: Period, sale: Sale) -> bool:
    window = sources.window(days)
    given = {"known_at": sources.asked.known_at, "late_from": window.late_from, "start": days.start, "end": days.end}
    [(_, best)] = _BEST.rows(session.connection(), given | {"ids": [sale.business_id]})
    if window.one_buyer_most is None or best != sale.order_id:
        return False
    [sellers] = sellers_in(session, sources.asked, [window])
    return sale.business_id in sellers.on_one_buyer
