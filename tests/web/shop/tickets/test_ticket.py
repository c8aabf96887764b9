"""The page of one ticket: who has its code reads the answer and says whether it will do."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from market.base.db import reading
from market.feedback.models import Ticket, TicketContact
from market.feedback.rules.tickets import TicketState, new_ticket_code
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.steps import answer, officer
from tests.pages import press
from tests.web.shop.tickets.steps import sent


def test_the_code_is_shown_large_once_and_opens_it_anywhere(app: Flask, client: FlaskClient, cast: Cast) -> None:
    place = sent(client, phone="0900 000 021")
    code = place.rpartition("/")[2]
    first, second = client.get(place).text, client.get(place).text
    assert (f'code-large">{code}' in first, "data-print" in first, "code-large" in second) == (True, True, False)
    stranger = app.test_client()
    shown = stranger.get(f"/phan-anh/tra?ma={code.lower()[:6]} {code[6:]}", follow_redirects=True)
    assert "Rau héo mà ghi tươi" in shown.text
    assert "0900" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


def test_who_tries_codes_is_held_up_and_not_who_mistypes(client: FlaskClient, cast: Cast) -> None:
    place = sent(client)
    for _ in range(12):
        assert client.get("/phan-anh/tra?ma=PH123").status_code == 404
    answers = [client.get(f"/phan-anh/{new_ticket_code()}").status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]
    assert client.get(place).status_code == 429


def test_an_answer_is_found_good_or_goes_on_in_one_tap(client: FlaskClient, cast: Cast, now: Clock) -> None:
    place = sent(client)
    code = place.rpartition("/")[2]
    early = client.post(f"{place}/hai-long", data={"seen": "x"})
    assert early.status_code == 409
    answer(cast, officer(cast, now), code, now, "Đã nhắc gian hàng")
    shown = client.get(place).text
    assert "Đã nhắc gian hàng" in shown
    assert "Nguyễn Văn Hùng" not in shown
    assert press(client, place, f"{place}/chua-hai-long").status_code == 303
    assert "đưa lên" in client.get(place).text or "trả lời trước" in client.get(place).text
    answer(cast, officer(cast, now), code, now, "Đã phạt")
    assert press(client, place, f"{place}/hai-long").status_code == 303
    reading().expire_all()
    row = reading().scalars(select(Ticket)).one()
    assert (row.state, row.satisfied) == (TicketState.ANSWERED, True)
    assert "hai-long" not in client.get(place).text.replace('id="hai-long"', "")


def test_who_sent_it_takes_that_back(client: FlaskClient, cast: Cast) -> None:
    place = sent(client, phone="0900 000 021")
    assert press(client, place, f"{place}/xoa-nguoi-gui").status_code == 303
    assert reading().scalar(select(func.count(TicketContact.id))) == 0
    assert "Xóa tên" not in client.get(place).text.replace("Đã xóa tên", "")
