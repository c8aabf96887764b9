"""The page of one idea: its sender reads what the office says, and takes their wish back."""

from flask.testing import FlaskClient

from market.feedback.rules.ideas import IdeaState, new_idea_code
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_ideas import decide, propose, shown
from tests.pages import press


def test_its_sender_takes_their_wish_back_by_the_code(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = propose(cast, now)
    place = f"/gop-y/{code}"
    assert client.get(f"/gop-y/tra?ma={code.lower()}").location == place
    assert "không cho đăng" in client.get(place).text
    assert press(client, place, f"{place}/cho-dang").status_code == 303
    decide(cast, code, now, IdeaState.LOOKED_AT, is_published=True)
    assert shown(cast) == [code]
    stale = client.post(f"{place}/thoi-dang", data={"seen": "x"})
    assert stale.status_code == 409
    assert press(client, place, f"{place}/thoi-dang").status_code == 303
    assert shown(cast) == []
    answers = [client.get(f"/gop-y/{new_idea_code()}").status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]
