"""One ticket before an officer whom it is not about."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.feedback.models import TicketPhoto
from market.feedback.rules.tickets import Desk
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.feedback.steps import another_officer, ticket
from tests.pages import press
from tests.web.shop.tickets.steps import picture, sent


def test_an_officer_sees_who_sent_it_answers_or_hands_it_over(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    guest = app.test_client()
    place = sent(guest, name="Mai", phone="0900 000 021", photos=[picture()])
    row = ticket(cast, place.rpartition("/")[2])
    page = f"/van-phong/phan-anh/{row.id}"
    shown = hung.get(page).text
    for part in ("Rau héo mà ghi tươi", "Mai", "0900 000 021", "/anh/"):
        assert part in shown
    assert row.code not in shown, "with it an officer could say that they are satisfied"
    empty = press(hung, page, f"{page}/tra-loi", words="")
    assert (empty.status_code, "Mời viết trả lời" in empty.text) == (422, True)
    half = press(hung, page, f"{page}/chuyen", **{"chuyen-desk": "cong_an", "chuyen-reason": ""})
    assert (half.status_code, "Mời ghi vì sao" in half.text) == (422, True)
    assert press(hung, page, f"{page}/chuyen", **{"chuyen-desk": "cong_an", "chuyen-reason": "Lừa"}).status_code == 303
    assert ticket(cast, row.code).desk is Desk.POLICE
    assert hung.post(f"{page}/tra-loi", data={"words": "x", "seen": "y"}).status_code == 409
    assert press(hung, page, f"{page}/tra-loi", words="Đã xử lý").status_code == 303
    assert "Đã xử lý" in guest.get(place).text


def test_its_pictures_are_for_officers_alone_whom_it_is_not_about(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    ngoc = another_officer(cast, now)
    guest, other = app.test_client(), app.test_client()
    sign_in(other, ngoc, now())
    place = sent(guest, photos=[picture()], kind="ung_xu", about="can_bo", officer=str(cast.hung))
    (photo,) = reading().scalars(select(TicketPhoto)).all()
    address = f"/van-phong/phan-anh/anh/{photo.id}"
    answer = other.get(address)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/webp", "no-store")
    number = ticket(cast, place.rpartition("/")[2]).id
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    for who in (hung, vy):
        for path in (address, f"/van-phong/phan-anh/{number}", f"/anh/{photo.key}-960.webp"):
            assert who.get(path).status_code == 404, path
    assert hung.post(f"/van-phong/phan-anh/{number}/chuyen", data={}).status_code == 404
