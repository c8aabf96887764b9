"""One reporting period: the list before the lock, the lock, the report that was sent, what came late beside it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.adoption.models import EvidenceReview, LockedNumber, PeriodLock
from market.adoption.rules import ReviewWay, Verdict
from market.base.db import transaction
from market.orders.models import Order
from market.places.models import DatedFact
from market.sellers.models import Business
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, send
from tests.web.office.kpi.periods import december, move


@pytest.fixture
def address(hung: FlaskClient, cast: Cast, now: Clock) -> str:
    return december(hung, cast, now)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def lock(client: FlaskClient, address: str) -> None:
    assert send(client, address, {}, f"{address}/chot").status_code == 303


def test_before_the_lock_one_list_says_what_is_open_and_where_it_is_settled(
    hung: FlaskClient, cast: Cast, now: Clock, address: str, waiting: int
) -> None:
    with transaction() as session:
        sold = Sold(on=date(2026, 12, 1), is_known=True, phone="0900 000 012")
        code = sell(session, cast.commune, cast.htx, sold).code
        lan = session.get_one(Business, cast.lan.business)
        theu = session.get_one(Business, cast.theu)
        theu.name, theu.phone = "Hộ rau bà Lan", lan.phone
    look_everywhere(cast.commune)
    page = hung.get(address).text
    told = text_of(page)
    assert "Đơn cần kiểm tra: 1" in told
    assert f'href="/van-phong/chi-tieu/don/{code}"' in page
    assert "Có thể ghi trùng trong sổ: 1 cặp" in told
    assert f'href="/van-phong/so-ho/{cast.lan.business}/gop-voi/{cast.theu}"' in page
    assert "1 hàng chờ duyệt" in told
    assert "Hôm nay là ngày gửi báo cáo." in told
    assert "Chốt số của kỳ này" in told


def test_a_period_that_runs_counts_the_days_down_and_cannot_be_locked(
    hung: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    move(hung, cast, now, datetime(2026, 12, 12, 2, 0, tzinfo=UTC))
    told = text_of(hung.get(address).text)
    assert "Còn 3 ngày đến ngày gửi báo cáo, 15/12/2026." in told
    assert "Chốt được từ ngày hôm sau." in told
    assert "Chốt số của kỳ này" not in told
    move(hung, cast, now, datetime(2026, 12, 18, 2, 0, tzinfo=UTC))
    assert "Đã quá ngày gửi báo cáo (15/12/2026) 3 ngày." in text_of(hung.get(address).text)


def test_an_officer_locks_and_sends_and_the_page_says_it_comes_out_again(
    hung: FlaskClient, address: str, session: Session
) -> None:
    lock(hung, address)
    page = text_of(hung.get(address).text)
    assert "Đã chốt" in page
    assert "Tính lại từ bằng chứng ra đúng số đã chốt." in page
    assert "Chưa có gì khác với lúc chốt." in page
    assert "33,3 % 1/3 như cũ" in page
    assert send(hung, address, {"document_no": "05/BC-PKT"}, f"{address}/gui").status_code == 303
    sent = text_of(hung.get(address).text)
    assert "Đã gửi" in sent
    assert "số 05/BC-PKT" in sent
    assert "Ghi là đã gửi" not in sent
    assert session.scalar(select(func.count(PeriodLock.id))) == 1


def test_two_presses_of_one_page_are_one_lock_and_an_old_page_is_told(
    hung: FlaskClient, cast: Cast, address: str, session: Session
) -> None:
    form = hidden(hung.get(address).text, f"{address}/chot")
    other = hidden(hung.get(address).text, f"{address}/chot")
    with transaction() as writing:
        sell(writing, cast.commune, cast.htx, Sold(on=date(2026, 12, 1), is_known=True, phone="0900 000 559"))
    look_everywhere(cast.commune)
    old = hung.post(f"{address}/chot", data=other)
    assert (old.status_code, "kế hoạch III.2.2 (nay là 2/3)" in old.text) == (409, True)
    assert hung.post(f"{address}/chot", data=form | {"seen": ""}).status_code == 422
    lock(hung, address)
    again = hung.post(f"{address}/chot", data=other)
    assert (again.status_code, "không mở lại" in again.text) == (422, True)
    assert session.scalar(select(func.count(PeriodLock.id))) == 1


def test_what_came_late_stands_beside_the_locked_figure(
    hung: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    lock(hung, address)
    move(hung, cast, now, now() + timedelta(days=2))
    with transaction() as session:
        order = session.scalars(select(Order).where(Order.business_id == cast.lan.business)).one()
        said = {"verdict": Verdict.DOES_NOT_COUNT, "way": ReviewWay.VISITED, "reason": "không mua"}
        session.add(EvidenceReview(order_id=order.id, reviewed_by=cast.hung, reviewed_at=now(), **said))
    page = text_of(hung.get(address).text)
    assert "33,3 % 1/3 0,0 % 0/3" in page
    assert "Nay không còn được tính: 1 Rau bà Lan" in page
    assert "Tính lại từ bằng chứng ra đúng số đã chốt." in page


def test_a_stored_number_that_was_changed_is_said(hung: FlaskClient, address: str) -> None:
    lock(hung, address)
    with transaction() as session:
        session.execute(update(LockedNumber).values(part=0))
    assert "Tính lại KHÔNG ra đúng số đã chốt" in hung.get(address).text


def test_where_two_people_are_asked_for_the_one_who_locked_has_no_button(
    hung: FlaskClient, cast: Cast, address: str
) -> None:
    with transaction() as session:
        fact = {"key": "kpi.lock_people", "value": "2", "valid_from": date(2026, 12, 1), "source": "Quy chế"}
        session.add(DatedFact(commune_id=cast.commune, **fact))
    lock(hung, address)
    page = text_of(hung.get(address).text)
    assert "bạn đã chốt số nên cán bộ khác xem lại rồi ghi gửi" in page
    form = hidden(hung.get(address).text, f"{address}/gui")
    refused = hung.post(f"{address}/gui", data=form | {"document_no": ""})
    assert (refused.status_code, "hai người" in refused.text) == (422, True)


def test_a_version_that_there_is_not_is_not_found(hung: FlaskClient, address: str) -> None:
    lock(hung, address)
    assert hung.get(f"{address}?ban=1").status_code == 200
    assert hung.get(f"{address}?ban=2").status_code == 404
    assert hung.get("/van-phong/chi-tieu/ky/99").status_code == 404
