"""A line written by mistake is withdrawn with a reason, and stays to be seen."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words


def test_a_mistake_is_withdrawn_and_stays_struck_through(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    answer = htx.post(at(cast, f"/{code}/sua/{lines['phun']}/bo"), data={"reason": "Ghi nhầm sang lô này"})
    assert answer.location == at(cast, f"/{code}")
    page = htx.get(at(cast, f"/{code}"))
    assert "Đã bỏ ngày 24/11/2026: Ghi nhầm sang lô này" in words(page)
    assert "không ghi lần phun thuốc nào" in words(page)
    assert '<strong class="struck">Phun thuốc' in page.text


def test_a_withdrawal_needs_a_reason_and_happens_once(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    path = at(cast, f"/{code}/sua/{lines['phun']}/bo")
    page = htx.post(path, data={"reason": ""})
    assert (page.status_code, "Mời ghi lý do" in words(page)) == (422, True)
    htx.post(path, data={"reason": "nhầm"})
    page = htx.post(path, data={"reason": "nhầm"})
    assert (page.status_code, "đã có dòng đính chính" in words(page)) == (422, True)


def test_only_the_stalls_people_withdraw(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    only_its_people_may(client, cast, now, at(cast, f"/{code}/sua/{lines['thu']}/bo"), post=True)
