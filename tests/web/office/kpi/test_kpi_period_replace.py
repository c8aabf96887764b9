"""A lock that was wrong is replaced, with a reason; both stay to be read."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from market.base.db import transaction
from tests.adoption.figures import look_everywhere
from tests.adoption.periods import lock_as_shown
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, send
from tests.web.office.kpi.periods import december, move


@pytest.fixture
def address(hung: FlaskClient, cast: Cast, now: Clock) -> str:
    return december(hung, cast, now)


def test_a_replacement_says_why_and_the_old_one_is_still_there(
    hung: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    replace = f"{address}/thay-the"
    assert hung.get(replace).status_code == 404, "a draft has nothing to replace"
    lock_as_shown(cast, int(address.rsplit("/", 1)[1]), now)
    move(hung, cast, now, now() + timedelta(days=1))
    with transaction() as session:
        sell(session, cast.commune, cast.htx, Sold(on=date(2026, 12, 1), is_known=True, phone="0900 000 559"))
    look_everywhere(cast.commune)
    shown = hung.get(replace).text
    assert "Bản thay" in shown
    assert "<strong>66,7" in shown
    blank = send(hung, replace, {"reason": " "})
    assert (blank.status_code, "vì sao" in blank.text) == (422, True)
    form = hidden(hung.get(replace).text, replace)
    assert hung.post(replace, data=form | {"reason": "Thiếu đơn của HTX"}).status_code == 303
    assert hung.post(replace, data=form | {"reason": "Thiếu đơn của HTX"}).status_code == 303, "twice is once"
    newest, first = hung.get(address).text, hung.get(f"{address}?ban=1").text
    assert "Thay bản 1: Thiếu đơn của HTX" in newest
    assert "<strong>66,7" in newest
    assert "Bản 1 đã được thay bằng bản 2." in first
    assert "<strong>33,3" in first
    assert "Ghi là đã gửi" not in first
    stale = hung.post(replace, data=form | {"reason": "Lại thiếu", "client_key": "another"})
    assert (stale.status_code, "bản mới hơn" in stale.text) == (422, True)
