"""The page on which everybody tells the commune something, from wherever they were."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from market.base.db import reading, transaction
from market.feedback.models import Ticket, TicketContact, TicketPhoto
from market.feedback.rules.tickets import Desk
from market.places.models import Commune
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.feedback.steps import another_officer
from tests.web.shop.buying import hidden_fields
from tests.web.shop.tickets.steps import PAGE, picture, sent, typed


def newest() -> Ticket:
    reading().expire_all()
    return reading().scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()


def test_every_page_leads_there_and_what_it_shows_is_known(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    for path in ("/", f"/gian-hang/{cast.lan.slug}", "/quet", "/gio-hang"):
        assert f"/phan-anh?tai={path}" in client.get(path).text
    shown = client.get(f"/phan-anh?tai=/gian-hang/{cast.lan.slug}").text
    assert "Bạn vừa xem: Rau bà Lan." in shown
    sent(client, f"/phan-anh?tai=/gian-hang/{cast.lan.slug}", about="co_so")
    row = newest()
    assert (row.about_business_id, row.page) == (cast.lan.business, f"/gian-hang/{cast.lan.slug}")
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    sent(lan, f"/phan-anh?tai=/ban-hang/{cast.lan.slug}/tien")
    assert newest().page == "/ban-hang/<gian>/tien", "of somebody's own page only which kind it is"
    assert reading().scalar(select(func.count(TicketContact.id))) == 0, "who is signed in is not asked for"
    for address in ("http://ke.gian/x", "//ke.gian", "/khong-co", "/phan-anh?tai=%00", "x" * 9000):
        assert client.get(PAGE, query_string={"tai": address}).status_code == 200


def test_what_is_wrong_comes_back_as_it_was_typed(client: FlaskClient, cast: Cast) -> None:
    for said, told in (
        ({"kind": ""}, "Mời chọn chuyện gì."),
        ({"about": ""}, "Mời chọn về ai"),
        ({"about": "co_so"}, "Mời chọn một mục."),
        ({"about": "nguoi_giup"}, "Mời chọn thôn"),
        ({"about": "can_bo"}, "Mời chọn tên."),
        ({"about": "can_bo", "officer": str(cast.hung)}, "không còn cán bộ nào khác"),
        ({"words": " "}, "Mời kể chuyện."),
        ({"words": "a" * 1501}, "Viết gọn trong 1500 chữ."),
        ({"phone": "12"}, "số"),
        ({"photos": [picture() for _ in range(4)]}, "Gửi nhiều nhất 3 ảnh"),
    ):
        fields = hidden_fields(client.get(PAGE).text) | typed(**said)
        answer = client.post(PAGE, data=fields, content_type="multipart/form-data")
        assert (answer.status_code, told in answer.text) == (422, True), (said, answer.text)
        assert "Rau héo" in answer.text or "words" in said
    assert reading().scalar(select(func.count(Ticket.id))) == 0


def test_it_says_that_it_is_no_complaint_by_law_and_where_those_go(client: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Commune, cast.commune).complaints = "Tiếp dân sáng thứ Năm, phòng 2."
    shown = client.get(PAGE).text
    for told in (
        "không phải khiếu nại, tố cáo",
        "Tiếp dân sáng thứ Năm",
        "không tính là đã khiếu nại, tố cáo theo luật",
    ):
        assert told in shown


def test_it_is_taken_once_and_not_without_end(client: FlaskClient, cast: Cast, now: Clock) -> None:
    shown = hidden_fields(client.get(PAGE).text)
    places = set()
    for _ in range(2):
        fields = shown | typed(photos=[picture()], name="Mai", phone="0900 000 021")
        places.add(client.post(PAGE, data=fields, content_type="multipart/form-data").location)
    assert len(places) == 1
    counts = [reading().scalar(select(func.count(model.id))) for model in (Ticket, TicketPhoto, TicketContact)]
    assert counts == [1, 1, 1]
    for _ in range(3):
        sent(client)
    fields = hidden_fields(client.get(PAGE).text) | typed()
    refused = client.post(PAGE, data=fields, content_type="multipart/form-data")
    assert (refused.status_code, "Rau héo" in refused.text) == (429, True)
    now.move(hours=1)
    sent(client)


def test_one_who_wants_to_hear_of_it_finds_theirs_again(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    mai, other = app.test_client(), app.test_client()
    sign_in(mai, cast.mai, now())
    sign_in(other, cast.stranger, now())
    place = sent(mai, tell_me="y")
    assert (place in mai.get(PAGE).text, place in other.get(PAGE).text, place in client.get(PAGE).text) == (
        True,
        False,
        False,
    )
    another_officer(cast, now)
    sent(mai, about="can_bo", officer=str(cast.hung))
    assert newest().desk in (Desk.CULTURE, Desk.POLICE)
