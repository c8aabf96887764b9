"""The list of stories that everybody may read."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_stories import agree, publish, written


def test_the_list_has_what_is_shown_and_nothing_else(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Chưa có chuyện nào" in client.get("/chuyen").text
    story = written(cast, now)
    agree(cast, story, now)
    assert "Bà Lan bán rau" not in client.get("/chuyen").text
    publish(cast, story, now)
    assert "Bà Lan bán rau" in client.get("/chuyen").text
