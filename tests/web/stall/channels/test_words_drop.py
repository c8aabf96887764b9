"""A product has its own words on a marketplace again."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.stall.channels.asked import LOUD, rice_of, say, words_of
from tests.web.stall.channels.conftest import at


def test_a_second_tap_and_taking_them_back(ready: FlaskClient, cast: Cast) -> None:
    rice = rice_of(cast)
    say(rice, LOUD)
    page = at(cast, f"/shopee/mon/{rice}/chu")
    sent = hidden(ready.get(at(cast, "/shopee")).text, f"{page}/lay")
    for _tap in range(2):
        assert ready.post(f"{page}/lay", data=sent).status_code == 303
    assert len(words_of(rice)) == 1
    for _tap in range(2):
        assert ready.post(f"{page}/bo").status_code == 303
    assert words_of(rice) == []


def test_only_the_stalls_people_drop_words(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/shopee/mon/{rice_of(cast)}/chu/bo"), post=True)
