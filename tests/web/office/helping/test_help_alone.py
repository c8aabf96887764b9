"""Hết giúp, tự làm: who went from helped to alone."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.sellers.models import Mandate
from market.values.period import local_day
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import place, wanted
from tests.web.stall.settings.test_mandates import mandate

PATH = "/van-phong/to-cong-nghe/tu-lam"


def test_a_mandate_runs_out_and_its_household_sells_alone(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert keeps_out(app, PATH, [cast.vy, cast.lan.person, cast.mai])
    assert "Chưa có hộ nào được giúp" in hung.get(PATH).text
    given = mandate(cast, now)
    page = hung.get(PATH).text
    assert "0/1 hộ từng được giúp nay tự bán được" in page
    assert "ủy quyền tự hết 22/02/2027" in page
    assert "Rau bà Lan" in hung.get(f"{PATH}?the=dang_giup").text
    assert "Không có hộ nào như vậy" in hung.get(f"{PATH}?the=tu_lam").text

    with transaction() as writing:
        writing.get_one(Mandate, given).ends_on = local_day(now()) + timedelta(days=1)
    now.move(days=3)
    order = place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]
    with transaction() as writing:
        row = writing.get_one(Order, order)
        row.status, row.completed_at, row.completed_on = OrderStatus.DELIVERED, now(), local_day(now())
        row.accepted_at = row.ready_at = now()
    sign_in(hung, cast.hung, now())
    page = hung.get(PATH).text
    assert "1/1 hộ từng được giúp nay tự bán được" in page
    assert "ủy quyền đã hết 25/11/2026" in page
    assert "₫" not in page
