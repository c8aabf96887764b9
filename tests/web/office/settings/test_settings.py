"""The office says what its commune is (office 9): name, where it is found, its own words; the rest it is shown."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import db, transaction
from market.places.models import Commune
from market.values.phone import Phone
from tests.access import keeps_out
from tests.cast import Cast
from tests.events import events_of
from tests.pages import hidden, send

PATH = "/van-phong/cai-dat"
SAID = {
    "name": "phường Hà Đông Trung",
    "office_name": "Phòng Kinh tế, Hạ tầng và Đô thị",
    "office_phone": "0220 3000 111",
    "office_address": "Tầng 2, nhà số 5 phố Chợ",
    "office_email": "kinhte@hadongtrung.gov.vn",
    "welcome": "Mời bà con <b>mua rau</b> & gạo mới",
    "complaints": "ông Chánh, tiếp dân thứ Năm, trả lời trong 3 ngày",
    "own_rules": "Họp chợ từ 5 giờ.\n\n  Không bán   cá non.\r\nRác mang về.",
}


def kept(cast: Cast) -> Commune:
    with Session(db.engine) as fresh:
        return fresh.get_one(Commune, cast.commune)


def test_what_an_office_says_stands_on_its_market_s_pages_at_once(
    app: Flask, hung: FlaskClient, cast: Cast, session: Session
) -> None:
    assert "Họp chợ" not in app.test_client().get("/dieu-khoan").text

    assert send(hung, PATH, SAID).status_code == 303

    home, terms = app.test_client().get("/").text, app.test_client().get("/dieu-khoan").text
    assert "Mời bà con &lt;b&gt;mua rau&lt;/b&gt; &amp; gạo mới" in home
    for text in ("phường Hà Đông Trung", "Tầng 2, nhà số 5 phố Chợ", "tel:+842203000111", "mailto:kinhte@hadongtrung"):
        assert (text in home, text in terms) == (True, True), text
    for line in ("Họp chợ từ 5 giờ.", "Không bán cá non.", "Rác mang về."):
        assert f"<li>{line}</li>" in terms
    assert "tiếp dân thứ Năm" in terms
    assert "Đại Sơn" not in home.partition("<footer")[2] + terms.partition("<footer")[2]
    event = events_of(session, "commune", cast.commune)[-1]
    assert (event.verb, event.actor_id, event.commune_id) == ("edit_commune", cast.hung, cast.commune)
    assert set(event.fields.split()) == set(SAID)
    assert "Đã lưu" in hung.get(PATH).text


def test_what_is_left_blank_is_said_nowhere(app: Flask, hung: FlaskClient, cast: Cast) -> None:
    send(hung, PATH, SAID)
    emptied = dict.fromkeys(SAID, " ") | {"name": SAID["name"], "office_name": SAID["office_name"]}

    assert send(hung, PATH, emptied).status_code == 303

    commune = kept(cast)
    assert [getattr(commune, name) for name in emptied if name not in ("name", "office_name")] == [None] * 6
    page = app.test_client().get("/").text + app.test_client().get("/dieu-khoan").text
    assert not any(word in page for word in ("tel:", "mailto:", "Địa chỉ:", "Quy định riêng", "None"))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "\u200b", "Mời viết tên xã."),
        ("office_name", "", "Mời viết tên phòng."),
        ("office_phone", "12345", "Số điện thoại chưa đúng"),
        ("office_email", "kinhte@xa", "Thư điện tử viết như"),
        ("office_email", "a@b.vn?bcc=c@d.vn", "Thư điện tử viết như"),
        ("welcome", "x" * 161, "Viết gọn trong 160 chữ."),
    ],
)
def test_what_is_typed_wrong_comes_back(hung: FlaskClient, cast: Cast, field: str, typed: str, sentence: str) -> None:
    page = send(hung, PATH, SAID | {field: typed})

    assert (page.status_code, sentence in page.text, SAID["complaints"] in page.text) == (422, True, True)
    assert kept(cast).name == "xã Đại Sơn"


def test_an_office_cannot_set_what_would_lock_everybody_out(hung: FlaskClient, cast: Cast) -> None:
    """Host, mode, letters and code are the operator's: the page shows them and says so."""
    before = kept(cast)
    page = hung.get(PATH).text
    assert "http://cho.test" in page
    assert "Cần đổi, mời báo người vận hành chợ." in page

    send(hung, PATH, SAID | {"host": "cua-toi.test", "mode": "showcase", "letters": "XX", "code": "99999"})

    after = kept(cast)
    for name in ("host", "mode", "letters", "code", "province_name"):
        assert getattr(after, name) == getattr(before, name), name


def test_what_another_officer_saved_meanwhile_is_shown_first(hung: FlaskClient, cast: Cast) -> None:
    unseen = hidden(hung.get(PATH).text, PATH)
    with transaction() as writing:
        writing.get_one(Commune, cast.commune).office_phone = Phone("0220 3000 222")

    page = hung.post(PATH, data=unseen | SAID)

    assert page.status_code == 409
    assert "điện thoại (nay là 0220 300 0222)" in page.text
    assert kept(cast).name == "xã Đại Sơn"
    assert hung.post(PATH, data=hidden(page.text, PATH) | SAID).status_code == 303
    assert hung.post(PATH, data=hidden(page.text, PATH) | SAID).status_code == 303, "the same again changes nothing"
    assert "Không có gì thay đổi." in hung.get(PATH).text


def test_others_find_no_settings_of_the_commune(app: Flask, cast: Cast) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, PATH, [cast.lan.person, cast.vy, cast.stranger], method=method)
