"""Check-out: who buys, on which terms with each stall, a last look, one button."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from market.accounts.models import Person
from market.base.attempts import Caller, count_try
from market.base.db import reading, transaction
from market.notices.senders import SENDERS
from market.orders.actions.brakes import PLACE_ORDER
from market.orders.models import Contact, Order, OrderMessage
from market.orders.rules import LONGEST_NOTE, MOST_NOTED, Delivery, PayChoice
from market.payments.models import PaymentRequest
from market.sellers.models import Stall
from market.values.money import Dong
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import on_both
from tests.notices.ways import Loudspeaker
from tests.orders.steps import stock
from tests.queries import counting
from tests.registries import only
from tests.web.shop.buying import WHO, fill_cart, hidden_fields, review, terms


def orders_placed() -> int:
    return reading().scalar(select(func.count()).select_from(Order)) or 0


def test_a_guest_buys_of_two_stalls_with_a_name_and_a_phone(client: FlaskClient, cast: Cast, now: Clock) -> None:
    fill_cart(client, (cast.dau_xanh, "2"), (cast.gao_nep, "1,5"))
    page = review(
        client,
        terms(cast.lan.stall, pay="chuyen_khoan", point=cast.pickup),
        terms(cast.htx.stall, delivery="trong_xa") | {f"gian{cast.htx.stall}-note": "Nhận sau 17 giờ"},
        address="Xóm 2, thôn Nghĩa Dũng",
    ).text
    for told in ("Vũ Thị Mai", "90.000", "48.000", "58.000", "148.000", "Nhà văn hóa thôn Nghĩa Dũng", "Xóm 2"):
        assert told in page
    assert "Một trăm bốn mươi tám nghìn đồng" in page
    placed = client.post("/dat-hang/gui", data=hidden_fields(page))
    assert placed.status_code == 303
    first, second = reading().scalars(select(Order).order_by(Order.id))
    assert (first.stall_id, first.total, first.pay_choice) == (cast.lan.stall, 90_000, PayChoice.TRANSFER)
    assert (first.delivery, first.pickup_point_id) == (Delivery.PICKUP_POINT, cast.pickup)
    assert (second.stall_id, second.total, second.delivery_fee) == (cast.htx.stall, 58_000, 10_000)
    contact = reading().scalars(select(Contact)).one()
    assert contact.phone == "+84900000021"
    (note,) = reading().scalars(select(OrderMessage))
    assert (note.order_id, note.text, note.is_note) == (second.id, "Nhận sau 17 giờ", True)
    assert reading().scalar(select(func.count()).select_from(PaymentRequest)) == 2
    assert stock(cast.gao_nep) == (50_000, 1500)
    cookie = client.get_cookie("gio")
    assert cookie is not None
    assert cookie.value == "0"
    assert "Giỏ còn trống" in client.get("/gio-hang").text


def test_nothing_in_the_cart_leads_back_to_it(client: FlaskClient, cast: Cast) -> None:
    for path in ("/dat-hang", "/dat-hang/xem-lai"):
        answer = client.get(path, follow_redirects=True)
        assert answer.request.path == "/gio-hang"


def test_bad_input_comes_back_as_typed(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    data = {"name": "", "phone": "12345", "address": "", f"gian{cast.htx.stall}-note": "Để ở cổng"} | terms(
        cast.htx.stall, delivery="trong_xa", point=999, pay="vang"
    )
    answer = client.post("/dat-hang", data=data)
    assert answer.status_code == 422
    for told in (
        "Mời điền tên",
        "Số điện thoại chưa đúng",
        "Mời điền địa chỉ",
        "12345",
        "Để ở cổng",
        "Mời chọn cách trả tiền.",
    ):
        assert told in answer.text
    assert orders_placed() == 0


def test_what_was_typed_is_there_again(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    review(client, terms(cast.htx.stall, delivery="trong_xa"), address="Xóm 9")
    page = client.get("/dat-hang").text
    assert 'value="Xóm 9"' in page
    assert 'value="0900 000 021"' in page
    assert 'value="trong_xa" checked' in page


def test_a_signed_in_buyer_orders_with_their_phone_though_the_number_plan_no_longer_has_it(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    make.outdate_phone(Person, cast.mai)
    sign_in(client, cast.mai, now())
    fill_cart(client, (cast.gao_nep, "1"))
    page = review(client, terms(cast.htx.stall), phone=make.GONE).text

    assert client.post("/dat-hang/gui", data=hidden_fields(page)).status_code == 303

    assert reading().scalars(select(Contact.phone)).one() == "+84251996198"
    typed = WHO | terms(cast.htx.stall) | {"phone": "0251 996 199"}
    fill_cart(client, (cast.gao_nep, "1"))
    assert client.post("/dat-hang", data=typed).status_code == 422


def test_a_signed_in_buyer_finds_their_name_and_phone(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    fill_cart(client, (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    assert 'value="Vũ Thị Mai"' in page
    assert 'value="0900 000 021"' in page


def test_transfer_is_offered_only_where_a_stall_has_an_account(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    assert "Chuyển khoản sau khi" not in client.get("/dat-hang").text
    fill_cart(client, (cast.dau_xanh, "1"))
    assert client.get("/dat-hang").text.count("Chuyển khoản sau khi") == 1


def test_shipping_is_offered_where_the_stall_does(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    assert "Gửi chuyển phát" not in client.get("/dat-hang").text
    with transaction() as session:
        htx = session.get_one(Stall, cast.htx.stall)
        htx.ships_outside, htx.shipping_fee = True, Dong(35_000)
    page = review(client, terms(cast.htx.stall, delivery="gui_xa"), address="12 phố Huế, Hà Nội").text
    assert "67.000" in page


def test_the_next_purchase_is_another_one(client: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        fill_cart(client, (cast.gao_nep, "1"))
        client.post("/dat-hang/gui", data=hidden_fields(review(client, terms(cast.htx.stall)).text))
    assert orders_placed() == 2


def place(client: FlaskClient, cast: Cast, **who: str) -> TestResponse:
    fill_cart(client, (cast.gao_nep, "1"))
    return client.post("/dat-hang/gui", data=hidden_fields(review(client, terms(cast.htx.stall), **who).text))


def test_twelve_orders_for_twelve_phones_from_one_browser_are_too_many(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """What was picked and typed is there still, and goes through once the time said is over."""
    answers = [place(client, cast, phone=f"0901 000 0{number}") for number in range(10, 22)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429] * 6
    assert (answers[-1].headers["Retry-After"], orders_placed()) == ("600", 6)
    assert "Mời chờ 10 phút rồi bấm lại" in answers[-1].text
    now.move(minutes=10)
    assert client.post("/dat-hang/gui", data=hidden_fields(answers[-1].text)).status_code == 303


def test_an_order_that_is_refused_is_none(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    honest = hidden_fields(review(client, terms(cast.htx.stall)).text)
    for _ in range(8):
        assert client.post("/dat-hang/gui", data=honest | {"reviewed": "{}"}).status_code == 422
        assert client.post("/dat-hang/gui", data=honest | {"client_key": "khác"}).status_code in (409, 422)
    assert client.post("/dat-hang/gui", data=honest).status_code == 303


def test_where_others_have_filled_the_network_a_browser_that_is_known_still_orders(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert place(client, cast).status_code == 303
    now.move(days=1)
    for number in range(60):
        count_try(PLACE_ORDER, caller=Caller(device=f"new {number}", network="127.0.0.1"))
    assert place(app.test_client(), cast).status_code == 429
    assert [place(client, cast).status_code for _ in range(4)] == [303] * 3 + [429]


def test_placing_without_having_typed_anything_is_refused(app: Flask, client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    honest = hidden_fields(review(client, terms(cast.htx.stall)).text)
    answer = app.test_client().post("/dat-hang/gui", data=honest)
    assert answer.status_code == 422
    assert orders_placed() == 0


def test_placing_needs_its_token(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/dat-hang", data=WHO).status_code == 400
    assert client.post("/dat-hang/gui", data={}).status_code == 400


@on_both
@pytest.mark.parametrize("ways", [(), (Loudspeaker(),)])
def test_a_whole_guest_checkout_takes_at_most_thirty_statements(
    client: FlaskClient, cast: Cast, ways: tuple[Loudspeaker, ...]
) -> None:
    """Also where word of it leaves the market."""
    with only(SENDERS, *ways):
        _check_out_in_thirty(client, cast)


def _check_out_in_thirty(client: FlaskClient, cast: Cast) -> None:
    client.get("/gio-hang")
    to_a_house = WHO | {"hamlet": str(cast.nghia_dung), "address": "Xóm 2"}
    with counting() as seen:
        fill_cart(client, (cast.gao_nep, "1"))
        client.get("/gio-hang")
        client.get("/dat-hang")
        page = review(client, to_a_house | terms(cast.htx.stall, delivery="trong_xa"))
        placed = client.post("/dat-hang/gui", data=hidden_fields(page.text))
        assert client.get(placed.location).status_code == 200
    assert len(seen) <= 30, "\n".join(seen)


def test_the_cookie_keeps_what_was_typed_where_nobody_reads_it(app: Flask, client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    noted = {f"gian{cast.htx.stall}-note": "Gọi cửa sau"}
    review(client, terms(cast.htx.stall) | noted, name="Nguyễn Bí Mật", address="Xóm 7")
    with client.session_transaction() as kept:
        readable = str(dict(kept))
    for typed in ("Mật", "900000021", "0900 000 021", "Xóm", "cửa", "diem_nhan"):
        assert typed not in readable
    assert 'value="Nguyễn Bí Mật"' in client.get("/dat-hang").text


def test_the_longest_that_may_be_typed_fits_in_a_cookie(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"), (cast.rau_muong, "1"), (cast.ruoi, "1"))
    spread = "".join(chr(0x1EA0 + number * 37 % 90) for number in range(200))
    left = iter((LONGEST_NOTE, LONGEST_NOTE, MOST_NOTED - 2 * LONGEST_NOTE))
    stalls = [
        terms(one.stall) | {f"gian{one.stall}-note": spread[::-1][: next(left)]}
        for one in (cast.htx, cast.lan, cast.tu)
    ]
    page = review(client, *stalls, name=spread[:80], address=spread)
    assert spread in page.text
    cookie = client.get_cookie("choso")
    assert cookie is not None
    assert len(cookie.value) < 3800


def test_notes_that_no_cookie_could_keep_come_back_as_typed(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"), (cast.rau_muong, "1"), (cast.ruoi, "1"))
    data: dict[str, str] = WHO | {}
    for one in (cast.htx, cast.lan, cast.tu):
        data |= terms(one.stall) | {f"gian{one.stall}-note": "Đ" * LONGEST_NOTE}
    answer = client.post("/dat-hang", data=data)
    assert answer.status_code == 422
    assert f"dài quá {MOST_NOTED} chữ" in answer.text
    assert answer.text.count("Đ" * LONGEST_NOTE) == 3
    tall = client.post("/dat-hang", data=data | {f"gian{cast.tu.stall}-note": "Đ" * (LONGEST_NOTE + 1)})
    assert f"Viết gọn trong {LONGEST_NOTE} chữ." in tall.text


def test_a_cookie_of_an_earlier_version_or_another_key_begins_anew(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    for kept in ({"name": "Vũ Thị Mai"}, "khac:gAAAAA"):
        with client.session_transaction() as cookie:
            cookie["dat_hang"] = kept
        assert client.get("/dat-hang").status_code == 200
        assert client.get("/dat-hang/xem-lai").location == "/dat-hang"
