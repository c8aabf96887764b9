"""Whom to tell of, what is written, and how the year stands."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_stories import mandated, sold, written


def test_the_shortlist_says_why_and_never_what_was_earned(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    mandated(cast, now, began=20)
    sold(cast, now, 1, ago=5)
    shown = hung.get("/van-phong/chuyen").text
    assert "Bán được đơn đầu sau khi được chỉ giúp" in shown
    assert f"/van-phong/chuyen/moi/{cast.lan.business}?vi=ban_don_dau" in shown
    assert "₫" not in shown
    written(cast, now)
    shown = hung.get("/van-phong/chuyen").text
    assert "chờ người trong chuyện đồng ý" in shown
    assert "ban_don_dau" not in shown
