"""One ticket before the hamlet's helper: without who sent it, and without its pictures."""

from flask import Flask
from flask.testing import FlaskClient

from market.feedback.rules.tickets import Desk
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.steps import ticket
from tests.pages import press
from tests.web.shop.tickets.steps import picture, sent


def test_a_helper_answers_without_learning_who_asked(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    guest = app.test_client()
    make.sign_in(client, cast.vy, now())
    who = {"name": "Vũ Thị Mai", "phone": "0900 000 021", "photos": [picture()]}
    place = sent(guest, kind="kho_khan", hamlet=str(cast.nghia_dung), **who)
    row = ticket(cast, place.rpartition("/")[2])
    page = f"/to-cong-nghe/phan-anh/{row.id}"
    shown = client.get(page).text
    assert "Rau héo mà ghi tươi" in shown
    for part in ("Vũ Thị Mai", "0900", "/anh/", row.code):
        assert part not in shown
    assert press(client, page, f"{page}/tra-loi", words="").status_code == 422
    moved = press(client, page, f"{page}/chuyen", **{"chuyen-desk": "phong_vhxh", "chuyen-reason": "Ngoài việc em"})
    assert moved.status_code == 303
    assert client.get(page).status_code == 404, "it is theirs no more"
    assert ticket(cast, row.code).desk is Desk.CULTURE
    assert "Ngoài việc em" in guest.get(place).text
    assert "Trần Khánh Vy" not in guest.get(place).text
