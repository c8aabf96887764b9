"""The button that switches the market on in a hamlet: once, and not over what somebody else said meanwhile."""

from flask.testing import FlaskClient

from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, send


def test_the_same_twice_is_once_and_another_day_is_told(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    path, typed = f"/van-phong/trien-khai/{cast.mo_doan}", {"from_day": local_day(now()).isoformat(), "source": "QĐ 45"}
    seen = hidden(hung.get(path).text, f"{path}/bat")
    assert send(hung, path, typed, f"{path}/bat").status_code == 303
    assert hung.post(f"{path}/bat", data=typed | seen).status_code == 303
    other = hung.post(f"{path}/bat", data=typed | seen | {"source": "QĐ 46"})
    assert (other.status_code, "Chợ số đã bật ở thôn Mỗ Đoạn" in other.text) == (422, True)
    assert hung.post("/van-phong/trien-khai/999999/bat", data=typed).status_code == 404
