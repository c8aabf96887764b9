"""The ledger's figure and the recount are one on every day of a year, of 1,000 businesses to which all may happen:
sales undone and given back, lines about days long past, households that close, move and are joined. Nightly."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import EvidenceReview
from market.adoption.queries.figures import day_before, points_of, sources_of
from market.adoption.queries.ledger import LedgerScope, ledger_of
from market.adoption.rules import Count, ReviewWay, Verdict
from market.base.db import transaction
from market.orders.models import Order
from market.payments.models import PaymentRequest, Refund
from market.sellers.models import BusinessHistory, BusinessKind, BusinessStatus
from market.values.period import local_day, trailing_year
from tests.adoption.figures import look_everywhere
from tests.adoption.test_merging import join
from tests.adoption.village import FIRST, Village
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import on_both

TODAY = date(2026, 11, 24)
BUSINESSES, ORDERS = 1_000, 2_500
MERGED = 10


@pytest.mark.nightly
@on_both
def test_every_day_of_a_year_is_counted_as_it_is_recounted(cast: Cast, session: Session, now: Clock) -> None:
    village = Village(cast, TODAY, businesses=BUSINESSES, orders=ORDERS)
    with transaction() as writing:
        village.enter(writing)
    look_everywhere(cast.commune)
    chance = Random(13)
    now.move(hours=1)
    with transaction() as writing:
        _much_happens(writing, cast, chance, now)
    for number in range(MERGED):
        now.move(minutes=1)
        join(cast, now, FIRST + 2 * number, FIRST + 2 * number + 1)
    look_everywhere(cast.commune)
    session.expire_all()
    days = [local_day(now()) - timedelta(days=back) for back in range(365)]
    first = trailing_year(days[-1]).start
    scope = LedgerScope(commune_id=cast.commune, since=first, until=days[0], known_at=now())
    count, met = Count(ledger_of(session, scope)), set()
    for day in days:
        year = trailing_year(day)
        sources = sources_of(session, cast.commune, (day, day_before(year)), known_at=now())
        [(point, _)] = points_of(session, sources, [year])
        again = count.figure(day, year)
        assert (point.counted, point.base) == (again.counted, again.base), day
        met.add(point.counted)
    assert len(met) > 20, "one figure of all days proves little"


def _much_happens(session: Session, cast: Cast, chance: Random, now: Clock) -> None:
    orders = session.scalars(select(Order).where(Order.completed_at.is_not(None)).order_by(Order.id)).all()
    for order in chance.sample(list(orders), 200):
        said = {"verdict": chance.choice(list(Verdict)), "way": ReviewWay.VISITED, "reason": "xem lại"}
        session.add(EvidenceReview(order_id=order.id, reviewed_by=cast.hung, reviewed_at=now(), **said))
    requests = session.scalars(select(PaymentRequest).order_by(PaymentRequest.id)).all()
    for request in chance.sample(list(requests), 150):
        session.add(Refund(request_id=request.id, amount=request.amount, client_key=f"r{request.id}", at=now()))
    for business_id in chance.sample(range(FIRST + 2 * MERGED, FIRST + BUSINESSES), 100):
        session.add(
            BusinessHistory(
                business_id=business_id,
                kind=BusinessKind.HOUSEHOLD_BUSINESS,
                status=chance.choice([BusinessStatus.ACTIVE, BusinessStatus.TERMINATED]),
                hamlet_id=chance.choice([cast.nghia_dung, cast.mo_doan]),
                valid_from=TODAY - timedelta(days=chance.randrange(1, 400)),
                recorded_at=now(),
                source="ghi muộn",
            )
        )
