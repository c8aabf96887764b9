"""The farming models of a commune, and how many have spread."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.test_counted import adopt, start


def test_a_model_counts_once_enough_households_follow_it(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Chưa ghi mô hình nào" in hung.get("/van-phong/mo-hinh").text
    model = start(cast, now)
    adopt(cast, model, cast.tu, now)
    page = hung.get("/van-phong/mo-hinh").text
    assert "mô hình có từ 2 hộ làm theo" in page
    assert "Lúa - rươi" in page
