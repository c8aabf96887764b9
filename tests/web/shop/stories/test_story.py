"""A story's own page."""

from flask.testing import FlaskClient

from market.base.audit import Actor
from market.base.db import transaction
from market.feedback.actions.stories import withdraw_story_consent
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_stories import agree, publish, written


def test_the_page_is_there_while_its_people_agree(client: FlaskClient, cast: Cast, now: Clock) -> None:
    story, place = written(cast, now), "/chuyen/ba-lan-ban-rau"
    assert client.get(place).status_code == 404
    agree(cast, story, now)
    publish(cast, story, now)
    shown = client.get(place).text
    for part in ("Bà Lan kể chuyện.", "Rau bà Lan", f"/gian-hang/{cast.lan.slug}"):
        assert part in shown
    with transaction() as session:
        withdraw_story_consent(session, Actor(person_id=cast.lan.person), cast.lan.business, story, clock=now)
    assert client.get(place).status_code == 404
