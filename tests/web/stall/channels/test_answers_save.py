"""An answer to a marketplace is kept, changed, taken back; what it would refuse comes back."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.channels.asking import ColumnQuestion
from market.channels.models import ChannelAnswer
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.stall.channels.asked import ASKING, ORIGIN
from tests.web.stall.channels.conftest import at, send

KEY = ColumnQuestion(token=ORIGIN, label="", hint="").key


def answer(client: FlaskClient, cast: Cast, text: str):
    sent = hidden(client.get(at(cast, "/shopee/hoi")).text, "/shopee/hoi/luu")
    return client.post(at(cast, "/shopee/hoi/luu"), data=sent | {KEY: text})


def test_an_answer_is_changed_taken_back_and_said_twice_once(htx: FlaskClient, cast: Cast, session: Session) -> None:
    send(htx, cast, "shopee", ASKING)
    for text, kept in (("Việt Nam", ["Việt Nam"]), ("Việt Nam", ["Việt Nam"]), ("VN", ["VN"]), ("", [])):
        assert answer(htx, cast, text).status_code == 303
        session.expire_all()
        assert session.scalars(select(ChannelAnswer.value)).all() == kept


def test_an_answer_that_the_marketplace_would_refuse_comes_back(htx: FlaskClient, cast: Cast, session: Session) -> None:
    send(htx, cast, "shopee", ASKING)
    page = answer(htx, cast, "gọi 0912345678")
    assert (page.status_code, "“0912345678” (số điện thoại)" in page.text) == (422, True)
    assert "gọi 0912345678" in page.text
    assert session.scalars(select(ChannelAnswer)).all() == []


def test_what_another_answered_meanwhile_is_not_overwritten_unseen(
    htx: FlaskClient, cast: Cast, session: Session
) -> None:
    send(htx, cast, "shopee", ASKING)
    old = hidden(htx.get(at(cast, "/shopee/hoi")).text, "/shopee/hoi/luu")
    answer(htx, cast, "Việt Nam")
    late = htx.post(at(cast, "/shopee/hoi/luu"), data=old | {KEY: "Lào"})
    assert (late.status_code, "đã có thay đổi" in late.text) == (409, True)
    assert session.scalars(select(ChannelAnswer.value)).all() == ["Việt Nam"]


def test_only_the_stalls_people_answer(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, "/shopee/hoi/luu"), post=True)
