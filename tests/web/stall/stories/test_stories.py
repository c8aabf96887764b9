"""Who a story is of reads it first."""

from flask.testing import FlaskClient

from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_stories import written


def test_its_people_read_it_before_anybody(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make.sign_in(client, cast.lan.person, now())
    page = f"/ban-hang/{cast.lan.slug}/chuyen"
    assert "Chưa có chuyện nào về bạn" in client.get(page).text
    written(cast, now)
    shown = client.get(page).text
    for part in ("Bà Lan kể chuyện.", "Mời bà con nghe", "Tôi đồng ý cho đăng"):
        assert part in shown
