"""An order as evidence: what proves it, what flags it, an officer's decision with its reason."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import EvidenceReview
from market.adoption.rules import Verdict
from market.base.audit import Actor
from market.base.db import transaction
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.models import Allocation
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, send
from tests.payments.steps import undo_as_shown

KPI = "/van-phong/chi-tieu"
DAY = date(2026, 11, 20)


@pytest.fixture
def flagged(cast: Cast) -> str:
    """An order that bà Lan's own phone confirmed."""
    with transaction() as session:
        return sell(session, cast.commune, cast.lan, Sold(on=DAY, is_confirmed=True, phone="0900 000 011")).code


def counted(hung: FlaskClient) -> str:
    page = re.sub(r"<[^>]+>", " ", hung.get(KPI).get_data(as_text=True))
    found = re.search(r"(\d+ / \d+) hộ, HTX", page)
    assert found
    return found[1]


def test_a_bank_s_notice_is_shown_with_its_reference(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        order = sell(session, cast.commune, cast.lan, Sold(on=DAY, is_banked=True))
    page = hung.get(f"{KPI}/don/{order.code}").get_data(as_text=True)
    assert f"FT{order.id}" in page
    assert "ngân hàng báo có" in page
    assert "cần kiểm tra" not in page


def test_a_card_s_charge_is_shown_as_what_it_is(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        order = sell(session, cast.commune, cast.lan, Sold(on=DAY, is_carded=True))
    page = hung.get(f"{KPI}/don/{order.code}").get_data(as_text=True)
    assert "Nơi nhận thẻ của người bán báo đã thu 50.000" in page
    assert "chưa phải ngân hàng báo có" in page
    assert "số liệu từ sàn" in page


def test_the_buyer_s_name_and_phone_stay_with_the_order(hung: FlaskClient, flagged: str) -> None:
    page = hung.get(f"{KPI}/don/{flagged}").get_data(as_text=True)
    assert "0900 000 011" not in page
    assert "Người mua và người bán dùng chung số máy" in page


def test_a_decision_moves_the_figure_and_stands_with_its_reason(
    hung: FlaskClient, session: Session, flagged: str
) -> None:
    assert counted(hung) == "0 / 3"
    form = {"verdict": "tinh", "reason": "Hai mẹ con dùng chung máy, đã hỏi tận nhà"}
    path = f"{KPI}/don/{flagged}"
    shown = hidden(hung.get(path).text, path)
    for _ in range(2):
        answer = hung.post(path, data=shown | form)
        assert answer.status_code == 303
    assert counted(hung) == "1 / 3"
    review = session.scalars(select(EvidenceReview)).one()
    assert review.verdict is Verdict.COUNTS
    page = hung.get(answer.location).get_data(as_text=True)
    assert "Hai mẹ con dùng chung máy" in page
    assert "Nguyễn Văn Hùng" in page


def test_a_decision_without_a_reason_comes_back(hung: FlaskClient, session: Session, flagged: str) -> None:
    answer = send(hung, f"{KPI}/don/{flagged}", {"verdict": "khong_tinh", "reason": " "})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Mời ghi vì sao" in page
    assert re.search(r'value="khong_tinh"[^>]*checked|checked[^>]*value="khong_tinh"', page)
    assert session.scalar(select(EvidenceReview.id)) is None


def test_a_decision_that_is_none_of_the_two_comes_back(hung: FlaskClient, flagged: str) -> None:
    answer = send(hung, f"{KPI}/don/{flagged}", {"verdict": "chac-the", "reason": "đã gọi người mua"})
    assert answer.status_code == 422
    assert "đã gọi người mua" in answer.get_data(as_text=True)


def test_what_changed_since_the_page_was_opened_is_shown_before_a_decision(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    """The bank's money is taken off, and another officer has looked meanwhile; the buyer's word stays."""
    with transaction() as writing:
        order = sell(writing, cast.commune, cast.lan, Sold(on=DAY, is_banked=True, is_confirmed=True))
    path = f"{KPI}/don/{order.code}"
    shown = hidden(hung.get(path).text, path)
    with transaction() as writing:
        money = writing.scalars(select(Allocation.id)).one()
        undo_as_shown(writing, Actor(person_id=cast.lan.person), cast.lan.stall, money, clock=now)
    answer = hung.post(path, data=shown | {"verdict": "tinh", "reason": "Tiền đã về"})
    assert answer.status_code == 409
    assert "bằng chứng (nay là " in answer.text
    assert f"mã FT{order.id} đã gỡ)" in answer.text
    assert "Tiền đã về" in answer.text
    assert session.scalar(select(EvidenceReview.id)) is None
    fresh = hidden(answer.text, path)
    assert hung.post(path, data=fresh | {"verdict": "khong_tinh", "reason": "Tiền đã gỡ"}).status_code == 303
    late = hung.post(path, data=fresh | {"verdict": "tinh", "reason": "Người mua đã nhận"})
    assert late.status_code == 409
    assert "quyết định mới nhất (nay là Không tính đơn này, Nguyễn Văn Hùng: Tiền đã gỡ)" in late.text


def test_a_decision_that_does_not_say_what_it_saw_is_not_taken(
    hung: FlaskClient, session: Session, flagged: str
) -> None:
    answer = hung.post(f"{KPI}/don/{flagged}", data={"verdict": "tinh", "reason": "đã gọi"})
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert session.scalar(select(EvidenceReview.id)) is None


def test_a_declared_order_cannot_be_decided_on(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        code = sell(session, cast.commune, cast.lan, Sold(on=DAY)).code
    assert "không tính" in hung.get(f"{KPI}/don/{code}").get_data(as_text=True)
    answer = hung.post(f"{KPI}/don/{code}", data={"verdict": "tinh", "reason": "quen biết", "seen": "không có trang"})
    assert answer.status_code == 422
    assert "tự khai" in answer.get_data(as_text=True)


def test_an_order_not_handed_over_proves_nothing(hung: FlaskClient, session: Session, flagged: str) -> None:
    with transaction() as writing:
        order = writing.scalars(select(Order)).one()
        order.status, order.completed_at, order.completed_on = OrderStatus.READY, None, None
    assert hung.get(f"{KPI}/don/{flagged}").status_code == 404
    assert hung.post(f"{KPI}/don/{flagged}", data={"verdict": "tinh", "reason": "x"}).status_code == 404


def test_an_unknown_order_is_not_there(hung: FlaskClient, cast: Cast) -> None:
    assert hung.get(f"{KPI}/don/DS0000000").status_code == 404


def test_only_officers_see_and_decide(client: FlaskClient, cast: Cast, now: Clock, flagged: str) -> None:
    form = {"verdict": "tinh", "reason": "vì tôi muốn"}
    assert client.get(f"{KPI}/don/{flagged}").status_code == 303
    assert client.post(f"{KPI}/don/{flagged}", data=form).location.startswith("/dang-nhap")
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert client.get(f"{KPI}/don/{flagged}").status_code == 404
        assert client.post(f"{KPI}/don/{flagged}", data=form).status_code == 404
