"""What is answered for one product is looked at as any answer is."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.channels.asking import ColumnQuestion
from market.channels.models import ChannelAnswer
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.stall.channels.asked import ASKING, ORIGIN, rice_of
from tests.web.stall.channels.conftest import at, send

KEY = ColumnQuestion(token=ORIGIN, label="", hint="").key


def test_what_does_not_fit_comes_back(htx: FlaskClient, cast: Cast, session: Session) -> None:
    send(htx, cast, "shopee", ASKING)
    page = at(cast, f"/shopee/mon/{rice_of(cast)}/hoi")
    back = htx.post(f"{page}/luu", data=hidden(htx.get(page).text, f"{page}/luu") | {KEY: "xem www.gao.vn"})
    assert (back.status_code, "www.gao.vn" in back.text) == (422, True)
    assert session.scalars(select(ChannelAnswer)).all() == []


def test_only_the_stalls_people_answer(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/shopee/mon/{rice_of(cast)}/hoi/luu"), post=True)
