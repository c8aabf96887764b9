"""Nobody guesses where goods are wanted: one question for all stalls, answered by the buyer or by what was theirs."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.catalog.models import Variant
from market.orders.models import CartLine, Order
from market.orders.rules import Delivery, PayChoice
from market.places.models import Hamlet, PickupPoint
from market.sellers.models import Stall, StallVisit
from market.sellers.rules.visits import BY_ARRANGEMENT
from market.values.money import Dong
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import in_turns, on_both
from tests.web.shop.buying import WHO, buy, fill_cart, hidden_fields, terms

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

CHECKED = 'value="{}" checked'


def another_point(cast: Cast, *stalls: int) -> int:
    """A second pickup point, at Mỗ Đoạn, to which these stalls come on Tuesdays and Thursdays."""
    with transaction() as session:
        point = make.make_pickup_point(session, session.get_one(Hamlet, cast.mo_doan))
        for stall_id in stalls:
            make.make_visit(session, session.get_one(Stall, stall_id), point, days=0b1010, begins=510, ends=570)
        return point.id


def stays_away(stall_id: int, point_id: int) -> None:
    with transaction() as session:
        here = StallVisit.stall_id == stall_id, StallVisit.pickup_point_id == point_id
        session.delete(session.scalars(select(StallVisit).where(*here)).one())


def orders() -> dict[int, Order]:
    reading().expire_all()
    return {order.stall_id: order for order in reading().scalars(select(Order))}


@on_both
def test_nothing_is_chosen_for_who_was_never_here(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "1"), (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    assert "checked" not in page.replace('name="gian', "").partition("<details>")[0]
    assert "như lần trước" not in page
    answer = client.post("/dat-hang", data=WHO)
    assert answer.status_code == 422
    assert "Mời chọn nơi nhận hàng." in answer.text
    assert "Mời chọn cách trả tiền." in answer.text


@on_both
def test_one_answer_serves_all_stalls(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "1"), (cast.gao_nep, "1"))
    said = {"place": f"diem-{cast.pickup}", f"gian{cast.lan.stall}-pay": "chuyen_khoan"}
    answer = client.post("/dat-hang", data=WHO | said)
    page = client.get(answer.location).text
    assert page.count("Nhận ở Nhà văn hóa thôn Nghĩa Dũng. Người bán tới hằng ngày, 6:00–8:00") == 2
    client.post("/dat-hang/gui", data=hidden_fields(page))
    assert {order.pickup_point_id for order in orders().values()} == {cast.pickup}
    assert orders()[cast.lan.stall].pay_choice is PayChoice.TRANSFER


@on_both
def test_who_can_come_where_and_when_is_said_before_one_chooses(client: FlaskClient, cast: Cast) -> None:
    another_point(cast, cast.htx.stall)
    fill_cart(client, (cast.dau_xanh, "1"), (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    assert "HTX nông nghiệp Đại Sơn: thứ 3, thứ 5, 8:30–9:30. Không tới được: Rau bà Lan." in page
    assert page.index("Nhà văn hóa thôn Nghĩa Dũng") < page.index("Nhà văn hóa thôn Mỗ Đoạn")


@on_both
def test_a_stall_that_cannot_come_there_is_asked_for_and_can_be_left_for_another_time(
    client: FlaskClient, cast: Cast
) -> None:
    point = another_point(cast, cast.htx.stall)
    fill_cart(client, (cast.rau_muong, "1"), (cast.gao_nep, "1"))
    typed = WHO | {"place": f"diem-{point}", f"gian{cast.lan.stall}-pay": "khi_nhan"}
    answer = client.post("/dat-hang", data=typed | {f"gian{cast.lan.stall}-place": ""})
    assert answer.status_code == 422
    assert "Rau bà Lan không tới được nơi đã chọn" in answer.text
    assert CHECKED.format(f"diem-{point}") in answer.text
    for other in (f"diem-{cast.pickup}", "tai_gian", "de_lai"):
        assert f'name="gian{cast.lan.stall}-place" value="{other}"' in answer.text

    answer = client.post("/dat-hang", data=typed | {f"gian{cast.lan.stall}-place": "de_lai"})
    page = client.get(answer.location).text
    assert "Để lại trong giỏ" in page
    assert "Đặt hàng · 32.000" in page
    client.post("/dat-hang/gui", data=hidden_fields(page))
    assert orders().keys() == {cast.htx.stall}
    assert reading().scalars(select(CartLine.variant_id)).all() == [cast.rau_muong]
    assert client.get_cookie("gio").value == "1"  # type: ignore[union-attr]


def test_another_place_for_one_stall_leaves_the_others_where_they_are(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.rau_muong, "1"), (cast.gao_nep, "1"))
    said = {"place": f"diem-{cast.pickup}", "address": "Xóm 2", f"gian{cast.lan.stall}-pay": "khi_nhan"}
    answer = client.post(
        "/dat-hang", data=WHO | said | {f"gian{cast.htx.stall}-place": "trong_xa", "hamlet": cast.mo_doan}
    )
    client.post("/dat-hang/gui", data=hidden_fields(client.get(answer.location).text))
    assert orders()[cast.lan.stall].pickup_point_id == cast.pickup
    assert orders()[cast.htx.stall].delivery is Delivery.IN_COMMUNE


def test_to_leave_every_stall_orders_nothing(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    answer = client.post("/dat-hang", data=WHO | {f"gian{cast.htx.stall}-place": "de_lai"})
    assert answer.status_code == 422
    assert "chưa có gì để đặt" in answer.text


def test_a_place_of_no_stall_and_a_made_up_one_are_no_answer(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    for made_up in ("diem-999", "diem-x", "vang", "gui_xa", "de_lai"):
        for name in ("place", f"gian{cast.htx.stall}-place"):
            if (name, made_up) != (f"gian{cast.htx.stall}-place", "de_lai"):
                assert client.post("/dat-hang", data=WHO | {name: made_up}).status_code == 422


def test_the_address_stands_beside_the_choice_that_needs_it(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    choice, address, pay = (page.index(one) for one in ('value="trong_xa"', 'name="address"', "Trả khi nhận hàng"))
    assert choice < address < pay
    answer = client.post("/dat-hang", data=WHO | {"place": "trong_xa"})
    assert "Mời điền địa chỉ" in answer.text


@on_both
def test_a_guest_finds_the_place_of_the_last_time_on_the_same_phone(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    buy(client, cast.dau_xanh, "1", point=cast.pickup, pay="chuyen_khoan")  # type: ignore[arg-type]
    fill_cart(client, (cast.dau_xanh, "1"))
    with client.session_transaction() as kept:
        kept.pop("dat_hang")
    page = client.get("/dat-hang").text
    assert CHECKED.format(f"diem-{cast.pickup}") in page
    assert "Nhà văn hóa thôn Nghĩa Dũng (như lần trước)" in page
    assert CHECKED.format("chuyen_khoan") in page
    assert "người bán nhận đơn (như lần trước)" in page
    other = app.test_client()
    fill_cart(other, (cast.gao_nep, "1"))
    assert "như lần trước" not in other.get("/dat-hang").text


def test_what_was_chosen_last_and_cannot_be_now_is_not_chosen(client: FlaskClient, cast: Cast) -> None:
    buy(client, cast.dau_xanh, "1", point=cast.pickup)  # type: ignore[arg-type]
    stays_away(cast.htx.stall, cast.pickup)
    fill_cart(client, (cast.gao_nep, "1"))
    with client.session_transaction() as kept:
        kept.pop("dat_hang")
    page = client.get("/dat-hang").text
    assert "như lần trước" not in page
    assert 'name="place" value="tai_gian" checked' not in page


def test_a_signed_in_buyer_finds_the_address_of_the_last_time_and_a_guest_after_them_does_not(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.mai, now())
    buy(client, cast.gao_nep, "1", delivery="trong_xa", address="Xóm 7, Mỗ Đoạn")
    with client.session_transaction() as kept:
        kept.pop("dat_hang")
    fill_cart(client, (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    assert 'value="Xóm 7, Mỗ Đoạn"' in page
    assert "Đây là địa chỉ lần trước" in page
    assert CHECKED.format("trong_xa") in page
    client.post("/dang-xuat")
    client.delete_cookie("choso")
    page = client.get("/dat-hang").text
    assert "Xóm 7" not in page
    assert "như lần trước" not in page


def test_a_point_that_closed_is_offered_no_more(client: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(PickupPoint, cast.pickup).is_active = False
    fill_cart(client, (cast.gao_nep, "1"))
    assert "Nhà văn hóa" not in client.get("/dat-hang").text
    assert client.post("/dat-hang", data=WHO | {"place": f"diem-{cast.pickup}"}).status_code == 422


def test_a_stall_that_stayed_away_since_the_review_places_nothing_and_asks_again(
    client: FlaskClient, cast: Cast
) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    answer = client.post("/dat-hang", data=WHO | {"place": f"diem-{cast.pickup}"})
    reviewed = hidden_fields(client.get(answer.location).text)
    stays_away(cast.htx.stall, cast.pickup)
    answer = client.post("/dat-hang/gui", data=reviewed)
    assert answer.status_code == 422
    assert "HTX nông nghiệp Đại Sơn không tới điểm nhận này nữa" in answer.text
    assert 'name="place" value="tai_gian"' in answer.text
    assert orders() == {}


def test_days_that_are_agreed_on_are_said_so(client: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        for visit in session.scalars(select(StallVisit)):
            visit.days, visit.begins, visit.ends = BY_ARRANGEMENT, None, None
    fill_cart(client, (cast.gao_nep, "1"))
    assert "Hẹn ngày qua điện thoại." in client.get("/dat-hang").text


# --- the least order --------------------------------------------------------------------------------------------------


def least(stall_id: int, dong: int) -> None:
    with transaction() as session:
        session.get_one(Stall, stall_id).least_order = Dong(dong)


@on_both
def test_an_order_below_the_least_is_told_how_much_is_wanting(client: FlaskClient, cast: Cast) -> None:
    least(cast.htx.stall, 100_000)
    fill_cart(client, (cast.gao_nep, "1"))
    for page in (client.get("/gio-hang").text, client.get("/dat-hang").text):
        assert "Gian nhận đơn từ 100.000\u00a0₫ tiền hàng: còn thiếu 68.000\u00a0₫." in page
        assert f"/gian-hang/{cast.htx.slug}" in page
    answer = client.post("/dat-hang", data=WHO | {"place": "tai_gian"})
    assert answer.status_code == 422
    assert "còn thiếu 68.000\u00a0₫. Mời chọn thêm hàng của gian, hoặc để lại trong giỏ." in answer.text
    client.post("/gio-hang/sua", data={"variant_id": cast.gao_nep, "amount": "3,5"})
    assert "còn thiếu" not in client.get("/gio-hang").text
    assert client.post("/dat-hang", data=WHO | {"place": "tai_gian"}).status_code == 303


def test_the_fee_is_no_part_of_the_least(client: FlaskClient, cast: Cast) -> None:
    least(cast.htx.stall, 40_000)
    fill_cart(client, (cast.gao_nep, "1"))
    answer = client.post("/dat-hang", data=WHO | {"place": "trong_xa", "address": "Xóm 2"})
    assert answer.status_code == 422
    assert "còn thiếu 8.000" in answer.text


def test_a_least_that_rose_since_the_review_places_nothing(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    answer = client.post("/dat-hang", data=WHO | {"place": "tai_gian"})
    reviewed = hidden_fields(client.get(answer.location).text)
    least(cast.htx.stall, 50_000)
    answer = client.post("/dat-hang/gui", data=reviewed)
    assert answer.status_code == 422
    assert "còn thiếu 18.000" in answer.text
    assert orders() == {}


def test_a_stall_below_its_least_can_be_left_while_the_others_are_ordered(client: FlaskClient, cast: Cast) -> None:
    least(cast.htx.stall, 100_000)
    fill_cart(client, (cast.gao_nep, "1"), (cast.rau_muong, "1"))
    said = terms(cast.lan.stall, point=cast.pickup) | {f"gian{cast.htx.stall}-place": "de_lai"}
    answer = client.post("/dat-hang", data=WHO | said)
    client.post("/dat-hang/gui", data=hidden_fields(client.get(answer.location).text))
    assert orders().keys() == {cast.lan.stall}


# --- gone goods, and back ---------------------------------------------------------------------------------------------


def leave(variant_id: int, amount: int) -> None:
    """So much is left of it (thousandths)."""
    with transaction() as session:
        session.get_one(Variant, variant_id).on_hand = amount


def test_back_keeps_what_is_typed_right_or_wrong(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    typed = {"name": "Chị Mai", "phone": "09", "place": "trong_xa", "address": "Xóm 3"}
    typed[f"gian{cast.htx.stall}-note"] = "Gọi trước"
    page = client.get("/dat-hang").text
    assert 'form="dat-hang" formaction="/dat-hang/ve-gio" formnovalidate' in page
    assert client.post("/dat-hang/ve-gio", data=typed).location == "/gio-hang"
    page = client.get("/dat-hang").text
    for kept in ('value="Chị Mai"', 'value="09"', 'value="trong_xa" checked', 'value="Xóm 3"', "Gọi trước"):
        assert kept in page


def test_what_went_while_placing_offers_the_rest_in_one_tap(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "5"), (cast.gao_nep, "1"))
    said = terms(cast.lan.stall) | terms(cast.htx.stall)
    reviewed = hidden_fields(client.get(client.post("/dat-hang", data=WHO | said).location).text)
    leave(cast.dau_xanh, 3000)
    answer = client.post("/dat-hang/gui", data=reviewed)
    assert "Còn 3\u00a0kg: lấy 3\u00a0kg" in answer.text
    taken = client.post("/dat-hang/lay-con", data=hidden_fields(answer.text) | {"variant_id": str(cast.dau_xanh)})
    assert taken.location == "/dat-hang/xem-lai"
    client.post("/dat-hang/gui", data=hidden_fields(client.get(taken.location).text))
    assert orders()[cast.lan.stall].goods_total == 135_000


def test_where_the_only_goods_went_the_cart_says_so_and_offers_the_rest(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "5"))
    reviewed = hidden_fields(client.get(client.post("/dat-hang", data=WHO | terms(cast.lan.stall)).location).text)
    leave(cast.dau_xanh, 2500)
    answer = client.post("/dat-hang/gui", data=reviewed)
    assert (answer.status_code, "Hết hàng: Đậu xanh chỉ còn 2,5" in answer.text) == (422, True)
    assert "Còn 2,5\u00a0kg: lấy 2,5\u00a0kg" in answer.text
