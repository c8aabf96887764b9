"""The idea box: anybody puts something in, and reads what was published."""

from flask.testing import FlaskClient

from market.feedback.rules.ideas import IdeaState
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_ideas import decide, idea
from tests.pages import press

PAGE = "/gop-y"


def test_an_idea_goes_in_and_comes_out_when_its_sender_and_the_office_wish(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    wrong = press(client, PAGE, PAGE, title="", words="Mở chợ tối", signed="Mai")
    assert (wrong.status_code, "Mời viết ý tưởng" in wrong.text, "Mở chợ tối" in wrong.text) == (422, True, True)
    told = {"title": "Chợ tối", "words": "Mở chợ tối thứ Bảy", "signed": "Mai", "phone": "0900 000 021"}
    sent = press(client, PAGE, PAGE, **told, may_publish="y")
    assert sent.status_code == 303
    code = (sent.location or "").rpartition("/")[2]
    assert "Chợ tối" not in client.get(PAGE).text
    decide(cast, code, now, IdeaState.DOING, "Mở từ tháng sau", is_published=True)
    shown = client.get(PAGE).text
    for part in ("Chợ tối", "Mở từ tháng sau", "Mai", "Xã làm"):
        assert part in shown
    assert "0900" not in shown
    assert idea(cast, code).published_at == now()
