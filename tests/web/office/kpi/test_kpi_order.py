"""An order as evidence: what proves it, what flags it, who is behind it, calls to its buyer, an officer's decision."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession
from market.adoption.models import BuyerCall, EvidenceReview
from market.adoption.rules import CallCause, CallOutcome, ReviewWay, Verdict
from market.base.audit import Actor
from market.base.db import transaction
from market.orders.models import Contact, Order, PickupSighting
from market.orders.rules import OrderStatus
from market.payments.models import Allocation
from market.places.models import PickupPoint
from market.values.period import VIETNAM
from tests import factories as make
from tests.adoption.figures import look_everywhere
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
    """An order that bà Lan's own phone confirmed; the office has called it."""
    return looked_at(cast, Sold(on=DAY, is_known=True, phone="0900 000 011"))


def looked_at(cast: Cast, sale: Sold) -> str:
    """The code of an order of bà Lan's that the job has looked at."""
    with transaction() as session:
        code = sell(session, cast.commune, cast.lan, sale).code
    look_everywhere(cast.commune)
    return code


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


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
    assert "Ngân hàng báo có" in page
    assert "chợ chưa hỏi lại được nơi báo nên chưa tính" in page
    assert "cần kiểm tra" not in page


def test_a_card_s_charge_is_shown_as_what_it_is(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        order = sell(session, cast.commune, cast.lan, Sold(on=DAY, is_carded=True))
    page = hung.get(f"{KPI}/don/{order.code}").get_data(as_text=True)
    assert "Nơi nhận thẻ của người bán báo đã thu tiền từ thẻ" in page
    assert "chưa phải ngân hàng báo có" in page
    assert "số liệu từ sàn" in page


def test_the_officer_sees_who_is_behind_the_order(
    hung: FlaskClient, cast: Cast, client: FlaskClient, now: Clock
) -> None:
    """The buyer and their phone, who ever signed in on the device, what it bought, the seller's people."""
    with transaction() as session:
        people = [session.get_one(make.Person, one) for one in (cast.vy, cast.hung)]
        make.make_mandate(session, session.get_one(make.Business, cast.lan.business), *people, now())
        on_it = {"commune_id": cast.commune, "person_id": cast.stranger, "device": "máy"}
        on_it |= {"visitor": "her browser", "key_hash": "long over"}
        over = dict.fromkeys(("created_at", "seen_at", "expires_at", "ended_at"), now())
        session.add(LoginSession(**on_it, **over))
        for phone in ("0900 000 555", "0900 000 556"):
            sell(session, cast.commune, cast.htx, Sold(on=DAY, phone=phone, device="her browser"))
    code = looked_at(cast, Sold(on=DAY, is_confirmed=True, phone="0900 000 555", device="her browser"))
    told = text_of(hung.get(f"{KPI}/don/{code}").text)
    for words in (
        "Người mua 0900 000 555",
        "Ai từng đăng nhập trên điện thoại đã đặt Người Lạ 0900 000 031",
        "Đơn đặt từ điện thoại đó HTX nông nghiệp Đại Sơn: 2 đơn Rau bà Lan: 1 đơn",
        "Đơn của số máy này Rau bà Lan: 1 đơn HTX nông nghiệp Đại Sơn: 1 đơn",
        "Phạm Thị Lan 0900 000 011",
        "Người hỗ trợ có ủy quyền, cả trước đây Trần Khánh Vy 0900 000 002",
        "chưa ai biết người mua này là ai",
    ):
        assert words in told


def test_the_keeper_who_saw_the_buyer_is_named_with_place_and_moment(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    code = looked_at(cast, Sold(on=DAY, is_confirmed=True))
    path, seen_at = f"{KPI}/don/{code}", now()
    before = hidden(hung.get(path).text, f"{path}/goi")
    assert "ghi khách đến nhận" not in text_of(hung.get(path).text)
    with transaction() as writing:
        order_id = writing.scalars(select(Order.id).where(Order.code == code)).one()
        where = {"commune_id": cast.commune, "order_id": order_id, "pickup_point_id": cast.pickup}
        writing.add(PickupSighting(**where, keeper_id=cast.stranger, device="its own", seen_at=seen_at))
    told = text_of(hung.get(path).text)
    point = session.get_one(PickupPoint, cast.pickup).name
    assert f"Người giữ điểm nhận {point}, Người Lạ 0900 000 031 , ghi khách đến nhận lúc" in told
    assert f"{seen_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" in told
    late = hung.post(f"{path}/goi", data=before | {"outcome": "khong_nghe", "note": ""})
    assert "người giữ điểm nhận ghi khách đến nhận" in text_of(late.text)
    assert session.scalars(select(BuyerCall)).all() == []


def test_of_an_erased_buyer_nothing_is_shown_and_nobody_is_called(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    code = looked_at(cast, Sold(on=DAY, is_confirmed=True, phone="0900 000 555"))
    with transaction() as session:
        session.scalars(select(Contact)).one().erased_at = now()
    page = hung.get(f"{KPI}/don/{code}").text
    assert "0900 000 555" not in page
    assert "đã được xóa theo yêu cầu" in page
    assert "Ghi cuộc gọi" not in page


def test_a_flag_is_told_with_the_moment_it_was_found(hung: FlaskClient, flagged: str) -> None:
    told = text_of(hung.get(f"{KPI}/don/{flagged}").text)
    assert "cần kiểm tra Người mua và người bán dùng chung số máy" in told
    assert re.search(r"dùng chung số máy tìm thấy lúc [^<]*24/11/2026", told)


# --- a call ---------------------------------------------------------------------------------------------------------


def test_a_call_that_the_buyer_answers_makes_the_code_count(hung: FlaskClient, cast: Cast, session: Session) -> None:
    code = looked_at(cast, Sold(on=DAY, is_confirmed=True))
    assert counted(hung) == "0 / 3"
    path = f"{KPI}/don/{code}"
    form = hidden(hung.get(path).text, f"{path}/goi") | {"outcome": "dung_la_mua", "note": "Mua hai mớ rau"}
    for _ in range(2):
        assert hung.post(f"{path}/goi", data=form).status_code == 303
    assert counted(hung) == "1 / 3"
    call = session.scalars(select(BuyerCall)).one()
    assert (call.outcome, call.cause, call.called_by) == (CallOutcome.CONFIRMED, CallCause.CHECK, cast.hung)
    page = text_of(hung.get(path).text)
    assert "Nghe máy, đúng là đã mua và đã nhận Mua hai mớ rau Nguyễn Văn Hùng" in page
    assert "Biết người mua: người mua đã trả lời khi xã gọi hỏi" in page


def test_the_same_outcome_on_another_day_is_another_call(hung: FlaskClient, cast: Cast, session: Session) -> None:
    path = f"{KPI}/don/{looked_at(cast, Sold(on=DAY, is_confirmed=True))}"
    for _ in range(2):
        shown = hidden(hung.get(path).text, f"{path}/goi")
        assert hung.post(f"{path}/goi", data=shown | {"outcome": "khong_nghe", "note": ""}).status_code == 303
    assert len(session.scalars(select(BuyerCall)).all()) == 2


def test_a_buyer_who_says_no_takes_the_order_out_at_once(hung: FlaskClient, cast: Cast, flagged: str) -> None:
    code = looked_at(cast, Sold(on=DAY, is_known=True))
    assert counted(hung) == "1 / 3"
    path = f"{KPI}/don/{code}"
    send(hung, path, {"outcome": "khong_mua", "note": "Không biết gian này"}, f"{path}/goi")
    assert counted(hung) == "0 / 3"
    assert "người mua nói không mua đơn này" in text_of(hung.get(path).text)


@pytest.mark.parametrize("form", [{"outcome": "chac-the"}, {"outcome": "dung_la_mua", "note": "x" * 501}])
def test_a_call_that_is_none_comes_back_as_typed(
    hung: FlaskClient, session: Session, flagged: str, form: dict[str, str]
) -> None:
    path = f"{KPI}/don/{flagged}"
    answer = send(hung, path, {"note": "đã hỏi"} | form, f"{path}/goi")
    assert answer.status_code == 422
    assert ({"note": "đã hỏi"} | form)["note"] in answer.text


def test_a_call_from_a_page_that_is_old_by_now_is_not_taken(hung: FlaskClient, session: Session, flagged: str) -> None:
    path = f"{KPI}/don/{flagged}"
    shown = hidden(hung.get(path).text, f"{path}/goi")
    assert hung.post(f"{path}/goi", data=shown | {"outcome": "khong_nghe", "note": ""}).status_code == 303
    late = hung.post(f"{path}/goi", data=shown | {"outcome": "khong_mua", "note": "Nói không mua"})
    assert late.status_code == 409
    assert "cuộc gọi (nay là 24/11/2026 Nguyễn Văn Hùng: Không ai nghe máy" in late.text
    assert "Nói không mua" in late.text


# --- a verdict ------------------------------------------------------------------------------------------------------


def test_a_decision_moves_the_figure_and_stands_with_its_reason(
    hung: FlaskClient, session: Session, flagged: str
) -> None:
    assert counted(hung) == "0 / 3"
    form = {"verdict": "tinh", "way": "da_den_gap", "reason": "Hai mẹ con dùng chung máy, đã hỏi tận nhà"}
    path = f"{KPI}/don/{flagged}"
    shown = hidden(hung.get(path).text, path)
    for _ in range(2):
        answer = hung.post(path, data=shown | form)
        assert answer.status_code == 303
    assert counted(hung) == "1 / 3"
    review = session.scalars(select(EvidenceReview)).one()
    assert (review.verdict, review.way) == (Verdict.COUNTS, ReviewWay.VISITED)
    page = hung.get(answer.location).get_data(as_text=True)
    assert "Hai mẹ con dùng chung máy" in page
    assert "Đã đến gặp. Nguyễn Văn Hùng" in page


def test_who_says_that_they_called_has_written_the_call_down(hung: FlaskClient, session: Session, cast: Cast) -> None:
    with transaction() as writing:
        sold = Sold(on=DAY, is_carded=True)
        path = f"{KPI}/don/{sell(writing, cast.commune, cast.lan, sold).code}"
    look_everywhere(cast.commune)
    said = {"verdict": "tinh", "way": "da_goi", "reason": "Đã gọi, đúng là mua"}
    answer = send(hung, path, said)
    assert answer.status_code == 422
    assert "Chưa có cuộc gọi nào được ghi cho đơn này" in answer.text
    send(hung, path, {"outcome": "dung_la_mua", "note": ""}, f"{path}/goi")
    assert send(hung, path, said).status_code == 303
    assert session.scalars(select(EvidenceReview.way)).all() == [ReviewWay.CALLED]


def test_a_decision_without_a_reason_comes_back(hung: FlaskClient, session: Session, flagged: str) -> None:
    answer = send(hung, f"{KPI}/don/{flagged}", {"verdict": "khong_tinh", "way": "da_den_gap", "reason": " "})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Mời ghi vì sao" in page
    assert re.search(r'value="khong_tinh"[^>]*checked|checked[^>]*value="khong_tinh"', page)
    assert session.scalar(select(EvidenceReview.id)) is None


def test_a_decision_that_is_none_of_the_two_comes_back(hung: FlaskClient, flagged: str) -> None:
    answer = send(
        hung, f"{KPI}/don/{flagged}", {"verdict": "chac-the", "way": "da_den_gap", "reason": "đã gọi người mua"}
    )
    assert answer.status_code == 422
    assert "đã gọi người mua" in answer.get_data(as_text=True)


def test_what_changed_since_the_page_was_opened_is_shown_before_a_decision(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    """The bank's money is taken off, and another officer has looked meanwhile; the buyer's word stays."""
    with transaction() as writing:
        order = sell(writing, cast.commune, cast.lan, Sold(on=DAY, is_banked=True, is_known=True))
    look_everywhere(cast.commune)
    path = f"{KPI}/don/{order.code}"
    shown = hidden(hung.get(path).text, path)
    with transaction() as writing:
        money = writing.scalars(select(Allocation.id)).one()
        undo_as_shown(writing, Actor(person_id=cast.lan.person), cast.lan.stall, money, clock=now)
    answer = hung.post(path, data=shown | {"verdict": "tinh", "way": "da_den_gap", "reason": "Tiền đã về"})
    assert answer.status_code == 409
    assert f"mã FT{order.id} đã gỡ)" in answer.text
    assert "Tiền đã về" in answer.text
    assert session.scalar(select(EvidenceReview.id)) is None
    fresh = hidden(answer.text, path)
    no = {"verdict": "khong_tinh", "way": "da_den_gap", "reason": "Tiền đã gỡ"}
    assert hung.post(path, data=fresh | no).status_code == 303
    late = hung.post(path, data=fresh | no | {"verdict": "tinh", "reason": "Người mua đã nhận"})
    assert late.status_code == 409
    assert "quyết định mới nhất (nay là Không tính đơn này, Nguyễn Văn Hùng: Tiền đã gỡ)" in late.text


def test_a_decision_that_does_not_say_what_it_saw_is_not_taken(
    hung: FlaskClient, session: Session, flagged: str
) -> None:
    answer = hung.post(f"{KPI}/don/{flagged}", data={"verdict": "tinh", "way": "da_goi", "reason": "đã gọi"})
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert session.scalar(select(EvidenceReview.id)) is None


def test_a_declared_order_cannot_be_decided_on(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        code = sell(session, cast.commune, cast.lan, Sold(on=DAY)).code
    assert "không tính" in hung.get(f"{KPI}/don/{code}").get_data(as_text=True)
    form = {"verdict": "tinh", "way": "da_den_gap", "reason": "quen biết", "seen": "không có trang"}
    answer = hung.post(f"{KPI}/don/{code}", data=form)
    assert answer.status_code == 422
    assert "tự khai" in answer.get_data(as_text=True)


def test_an_order_not_handed_over_proves_nothing(hung: FlaskClient, session: Session, flagged: str) -> None:
    with transaction() as writing:
        order = writing.scalars(select(Order)).one()
        order.status, order.completed_at, order.completed_on = OrderStatus.READY, None, None
    assert hung.get(f"{KPI}/don/{flagged}").status_code == 404
    assert hung.post(f"{KPI}/don/{flagged}", data={"verdict": "tinh", "reason": "x"}).status_code == 404
    assert hung.post(f"{KPI}/don/{flagged}/goi", data={"outcome": "khong_mua"}).status_code == 404


def test_an_unknown_order_is_not_there(hung: FlaskClient, cast: Cast) -> None:
    assert hung.get(f"{KPI}/don/DS0000000").status_code == 404


def test_only_officers_see_and_decide(client: FlaskClient, cast: Cast, now: Clock, flagged: str) -> None:
    form = {"verdict": "tinh", "way": "da_goi", "reason": "vì tôi muốn", "outcome": "dung_la_mua"}
    assert client.get(f"{KPI}/don/{flagged}").status_code == 303
    for path in (f"{KPI}/don/{flagged}", f"{KPI}/don/{flagged}/goi"):
        assert client.post(path, data=form).location.startswith("/dang-nhap")
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert client.get(f"{KPI}/don/{flagged}").status_code == 404
        assert client.post(f"{KPI}/don/{flagged}", data=form).status_code == 404
        assert client.post(f"{KPI}/don/{flagged}/goi", data=form).status_code == 404
