"""The button that switches the market off in a hamlet: stalls that are there go on."""

from flask.testing import FlaskClient

from market.base.db import reading
from market.sellers.models import Stall
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, send


def test_a_stall_goes_on_where_the_market_was_switched_off(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    stall = reading().get_one(Stall, cast.lan.stall)
    path = f"/van-phong/trien-khai/{stall.business.hamlet_id}"
    typed = {"from_day": local_day(now()).isoformat(), "source": "QĐ 45"}
    assert send(hung, path, typed, f"{path}/bat").status_code == 303
    seen = hidden(hung.get(path).text, f"{path}/tat")
    assert [hung.post(f"{path}/tat", data=typed | seen).status_code for _ in range(2)] == [303, 303], "twice is once"
    assert hung.get(f"/gian-hang/{cast.lan.slug}").status_code == 200
    assert hung.post("/van-phong/trien-khai/999999/tat", data=typed).status_code == 404
