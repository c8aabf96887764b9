"""Every business that a lock counts, each with its order; a page at a time."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.orders.models import Order
from market.sellers.models import BusinessHistory, BusinessStatus
from market.values.period import local_day
from tests.adoption.periods import lock_as_shown
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting
from tests.web.office.kpi.periods import december, move


@pytest.fixture
def address(hung: FlaskClient, cast: Cast, now: Clock) -> str:
    return december(hung, cast, now)


def test_who_counts_is_named_with_the_order_as_of_then(
    hung: FlaskClient, cast: Cast, now: Clock, address: str, session: Session
) -> None:
    assert hung.get(f"{address}/ho").status_code == 404, "a draft counts nobody for good"
    lock_as_shown(cast, int(address.rsplit("/", 1)[1]), now)
    move(hung, cast, now, now() + timedelta(days=30))
    with transaction() as writing:
        lan = writing.scalars(select(BusinessHistory).where(BusinessHistory.business_id == cast.lan.business)).one()
        said = {"kind": lan.kind, "status": BusinessStatus.TERMINATED, "hamlet_id": cast.mo_doan, "source": "đơn"}
        line = {"business_id": cast.lan.business, "valid_from": local_day(now()), "recorded_at": now()}
        writing.add(BusinessHistory(**line, **said))
    code = session.scalars(select(Order.code).where(Order.business_id == cast.lan.business)).one()
    page = hung.get(f"{address}/ho").text
    assert "1 hộ, HTX được tính" in page
    assert "<strong>Rau bà Lan</strong></a>, thôn Nghĩa Dũng" in page
    assert f'href="/van-phong/chi-tieu/don/{code}"' in page
    assert "người mua xác nhận" in page


def test_the_list_asks_as_much_of_a_page_as_of_the_next(
    hung: FlaskClient, cast: Cast, now: Clock, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.adoption.queries.locked.PAGE", 1)
    lock_as_shown(cast, int(address.rsplit("/", 1)[1]), now)
    hung.get(f"{address}/ho")
    with counting() as first:
        hung.get(f"{address}/ho")
    with counting() as far:
        assert "Rau bà Lan" in hung.get(f"{address}/ho?page=9").text
    assert len(first) == len(far)
