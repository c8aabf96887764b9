"""The page of one hamlet's roll-out: switched on from a day on, by a paper."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.places.models import HamletOpening
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.pages import send


def path(cast: Cast) -> str:
    return f"/van-phong/trien-khai/{cast.mo_doan}"


def typed(now: Clock, days: int = 0, source: str = "Quyết định 45/QĐ-UBND") -> dict[str, str]:
    return {"from_day": (local_day(now()) + timedelta(days=days)).isoformat(), "source": source}


def rows() -> list[HamletOpening]:
    return list(reading().scalars(select(HamletOpening).order_by(HamletOpening.id)))


def test_the_market_is_switched_on_and_off_by_dated_rows(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    answers = [send(hung, path(cast), typed(now, 2), f"{path(cast)}/bat").status_code]
    assert answers == [303]
    assert "sẽ bật" in hung.get("/van-phong/trien-khai").text
    assert "Tắt chợ số ở thôn này" in hung.get(path(cast)).text
    assert send(hung, path(cast), typed(now, 0, "Thông báo 7"), f"{path(cast)}/tat").status_code == 303
    [row] = rows()
    assert (row.opened_on, row.closed_on, row.closed_source) == (
        local_day(now()) + timedelta(days=2),
        local_day(now()) + timedelta(days=2),
        "Thông báo 7",
    )
    assert [one.verb for one in events_of(reading(), "hamlet", cast.mo_doan)] == [
        "switch_on_hamlet",
        "switch_off_hamlet",
    ]
    assert "Thông báo 7" in hung.get(path(cast)).text


def test_what_cannot_be_is_told_and_kept(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    past = send(hung, path(cast), typed(now, -1), f"{path(cast)}/bat")
    assert ("đã qua" in past.text, "Quyết định 45/QĐ-UBND" in past.text, rows()) == (True, True, [])
    empty = send(hung, path(cast), typed(now, 0, ""), f"{path(cast)}/bat")
    assert ("Mời ghi căn cứ" in empty.text, empty.status_code) == (True, 422)
    assert hung.get("/van-phong/trien-khai/999999").status_code == 404
