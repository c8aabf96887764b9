"""One product may be answered for otherwise than the stall's other goods."""

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


def test_one_product_is_answered_for_apart(htx: FlaskClient, cast: Cast, session: Session) -> None:
    send(htx, cast, "shopee", ASKING)
    rice = rice_of(cast)
    page = at(cast, f"/shopee/mon/{rice}/hoi")
    assert page in htx.get(at(cast, "/shopee")).text
    sent = hidden(htx.get(page).text, f"{page}/luu")
    assert htx.post(f"{page}/luu", data=sent | {KEY: "Việt Nam"}).status_code == 303
    assert session.execute(select(ChannelAnswer.product_id, ChannelAnswer.value)).all() == [(rice, "Việt Nam")]
    assert "1/1 món sẵn sàng" in htx.get(at(cast, "/shopee")).text
    assert 'value="Việt Nam"' not in htx.get(at(cast, "/shopee/hoi")).text


def test_a_product_of_another_stall_is_not_found(ready: FlaskClient, cast: Cast) -> None:
    with_beans = at(cast, f"/shopee/mon/{cast.dau_xanh + 1000}/hoi")
    assert ready.get(with_beans).status_code == 404
    assert ready.post(f"{with_beans}/luu").status_code == 404


def test_only_the_stalls_people_answer(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/shopee/mon/{rice_of(cast)}/hoi"))
