"""The page on which a buyer says that goods were not right, and answers the stall."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.orders.models import Complaint, ComplaintPhoto
from market.orders.rules.complaints import ComplaintState
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.web.shop.buying import buy, hidden_fields
from tests.web.shop.complaint.steps import complain, complaints, fields, handed_over, picture

SHOWN = re.compile(r'src="(/[^"]*/anh/\d+)"')


def test_a_guest_says_so_with_pictures_once_however_often_it_is_sent(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = handed_over(client, cast, now)
    page = f"/don/{code}/bao-hang"
    assert page in client.get(f"/don/{code}").text
    shown = client.get(page).text
    assert "12 giờ ban ngày" in shown
    for _ in range(2):
        sent = hidden_fields(shown) | fields(code) | {"photos": [picture(400), picture(500)]}
        answer = client.post(page, data=sent, content_type="multipart/form-data")
        assert (answer.status_code, answer.location) == (303, page)
    (one,) = complaints()
    assert (one.state, one.most, len(one.photos), one.words) == (ComplaintState.WAITING, 24_000, 2, "Rau úng hết")
    for told in (client.get(page).text, client.get(f"/don/{code}").text):
        for words in ("Rau úng hết", "trả lại tiền 24.000", "Người bán trả lời trước", "Hỏng, ôi, dập nát"):
            assert words in told
        assert len(SHOWN.findall(told)) == 2
        assert one.photos[0].key not in told
    assert "Món nào không đúng?" not in client.get(page).text


def test_its_pictures_are_for_both_sides_and_the_office_alone(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = handed_over(client, cast, now)
    page = f"/don/{code}/bao-hang"
    sent = hidden_fields(client.get(page).text) | fields(code) | {"photos": [picture()]}
    client.post(page, data=sent, content_type="multipart/form-data")
    (photo,) = reading().scalars(select(ComplaintPhoto)).all()
    of_buyer, of_stall = f"{page}/anh/{photo.id}", f"/ban-hang/{cast.lan.slug}/don/{code}/bao-hang/anh/{photo.id}"
    of_office = f"/van-phong/duyet/hang-khong-dung/anh/{photo.id}"
    lan, htx, hung = app.test_client(), app.test_client(), app.test_client()
    sign_in(hung, cast.hung, now())
    sign_in(lan, cast.lan.person, now())
    sign_in(htx, cast.htx.person, now())
    for who, address in ((client, of_buyer), (lan, of_stall), (hung, of_office)):
        answer = who.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "no-store"
        assert b"Exif" not in answer.data
    other = handed_over(client, cast, now)
    strangers = [(htx, of_stall), (htx, of_buyer), (app.test_client(), of_buyer), (lan, of_office)]
    guessed = [(client, f"/don/{other}/bao-hang/anh/{photo.id}"), (client, f"/anh/{photo.key}-960.webp")]
    for who, address in (*strangers, *guessed, (lan, f"/anh/{photo.key}-960.webp")):
        assert who.get(address).status_code == 404, address


def test_what_is_wrong_comes_back_as_it_was_typed(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = handed_over(client, cast, now)
    page = f"/don/{code}/bao-hang"
    for typed, told in (
        ({"reason": ""}, "Mời chọn hàng bị làm sao."),
        ({"wish": ""}, "Mời chọn bạn muốn thế nào."),
        ({"reason": "khac", "words": ""}, "Mời kể hàng bị làm sao."),
        ({"asked": "30k"}, "24.000"),
        ({f"mon-{line(code)}": "0"}, "Mời chọn món không đúng"),
        ({f"mon-{line(code)}": "3"}, "Nhiều hơn đã mua"),
        ({f"mon-{line(code)}": "hai"}, "số bạn gõ còn ở dưới"),
    ):
        answer = press(client, page, page, **fields(code, **{"words": "Rau úng", **typed}))  # type: ignore[arg-type]
        assert (answer.status_code, told in answer.text) == (422, True), (typed, answer.text)
        assert typed.get("words", "Rau úng") in answer.text
    sent = hidden_fields(client.get(page).text) | fields(code) | {"photos": [picture(400 + n) for n in range(5)]}
    many = client.post(page, data=sent, content_type="multipart/form-data")
    assert "Gửi nhiều nhất 4 ảnh" in many.text
    assert "mời chọn lại tệp" in many.text
    assert complaints() == []


def line(code: str) -> int:
    return next(int(name.removeprefix("mon-")) for name in fields(code) if name.startswith("mon-"))


def test_an_answer_is_taken_in_one_tap_or_goes_to_the_office(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    for to, state in (("dong-y", ComplaintState.DONE), ("nho-xa", ComplaintState.OFFICE)):
        code = handed_over(client, cast, now)
        complain(client, code)
        of_stall = f"/ban-hang/{cast.lan.slug}/don/{code}/bao-hang"
        assert press(lan, of_stall, of_stall, answer="tra_tien", amount="10k").status_code == 303
        page = f"/don/{code}/bao-hang"
        assert "Người bán trả lời: trả lại 10.000" in client.get(page).text
        assert press(client, page, f"{page}/{to}").status_code == 303
        assert complaints()[-1].state is state
        told = client.get(f"/don/{code}").text
        assert ("phải trả lại" in lan.get(f"/ban-hang/{cast.lan.slug}/don/{code}").text) is (to == "dong-y")
        assert ("trả lại bạn 10.000" in told) is (to == "dong-y")
    late = client.post(f"/don/{code}/bao-hang/dong-y", data={"seen": "x"})
    assert late.status_code == 409
    assert "Không còn đề nghị" in late.text


def test_it_is_withdrawn_and_said_again(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = handed_over(client, cast, now)
    page = f"/don/{code}/bao-hang"
    complain(client, code)
    assert press(client, page, f"{page}/rut").location == page
    assert "Khách rút lại" in client.get(page).text
    complain(client, code)
    assert [one.state for one in complaints()] == [ComplaintState.WITHDRAWN, ComplaintState.WAITING]


def test_before_it_is_handed_over_there_is_nothing_to_say(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    assert "bao-hang" not in client.get(f"/don/{code}").text
    assert "chưa giao" in client.get(f"/don/{code}/bao-hang").text
    assert client.post(f"/don/{code}/bao-hang", data=fields(code)).status_code == 422
    assert reading().scalars(select(Complaint)).all() == []


def test_what_goes_from_hand_to_hand_is_said_to_have_come_or_not(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    code = handed_over(client, cast, now, in_cash=False)
    complain(client, code, wish="doi_hang")
    of_stall, page = f"/ban-hang/{cast.lan.slug}/don/{code}/bao-hang", f"/don/{code}/bao-hang"
    press(lan, of_stall, of_stall, answer="doi_hang")
    assert "Chưa nhận được" not in client.get(page).text
    press(lan, of_stall, f"{of_stall}/da-lam")
    assert press(client, page, f"{page}/chua-nhan").status_code == 303
    assert "Khách báo CHƯA nhận được" in lan.get(of_stall).text
    assert press(client, page, f"{page}/da-nhan").status_code == 303
    assert complaints()[0].state is ComplaintState.DONE
