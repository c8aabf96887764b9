"""The list of reporting periods, and the form that opens one."""

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.adoption.models import ReportPeriod
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, send
from tests.web.office.kpi.periods import AFTER, PERIODS, december, move


def test_the_period_that_is_over_last_is_opened_in_one_press(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    move(hung, cast, now, AFTER)
    page = hung.get(PERIODS).text
    assert "Chưa mở kỳ nào" in page
    assert re.search(r'<option (selected )?value="2026-thang-12"( selected)?>', page)
    for _ in range(2):
        answer = send(hung, PERIODS, {"period": "2026-thang-12", "cut": "nd_09_2019"})
        assert answer.status_code == 303
    assert session.scalar(select(func.count(ReportPeriod.id))) == 1
    listed = hung.get(PERIODS).text
    assert "Tháng 12 năm 2026" in listed
    assert "15/11/2026 – 14/12/2026" in listed
    assert "Nháp" in listed


def test_a_calendar_month_has_other_days(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    move(hung, cast, now, AFTER)
    answer = send(hung, PERIODS, {"period": "2026-thang-11", "cut": "theo_lich"})
    assert "01/11/2026 – 30/11/2026" in hung.get(answer.location).text
    to_come = send(hung, PERIODS, {"period": "2027-thang-1", "cut": "theo_lich"})
    assert (to_come.status_code, "chưa bắt đầu" in to_come.text) == (422, True)
    wrong = send(hung, PERIODS, {"period": "2026-thang-13", "cut": "theo_lich"})
    assert (wrong.status_code, "Mời chọn một mục trong danh sách." in wrong.text) == (422, True)


def test_only_officers_see_the_periods(client: FlaskClient, cast: Cast, now: Clock) -> None:
    address = december(client, cast, now)
    client.delete_cookie("choso")
    for path in (PERIODS, address, f"{address}/ho", f"{address}/thay-the"):
        assert client.get(path).status_code == 303
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        for path in (PERIODS, address, f"{address}/ho", f"{address}/thay-the"):
            assert client.get(path).status_code == 404
        assert client.post(PERIODS, data={"period": "2026-nam"}).status_code == 404
        assert client.post(f"{address}/chot").status_code == 404


def test_the_kpi_page_leads_here(hung: FlaskClient) -> None:
    assert f'href="{PERIODS}"' in hung.get("/van-phong/chi-tieu").text
    assert hidden(hung.get(PERIODS).text, PERIODS)["csrf_token"]
