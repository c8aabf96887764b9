"""The way from the market's first page to selling: it leads who comes to what is theirs next."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def test_the_first_page_leads_to_selling(client: FlaskClient, cast: Cast) -> None:
    assert 'href="/mo-gian-hang"' in client.get("/").text


def test_a_guest_reads_what_it_takes_and_signs_up_or_in_to_go_on(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/mo-gian-hang").text
    assert "không cần đăng ký kinh doanh" in page
    assert 'href="/dang-ky?tiep=/ban-hang"' in page
    assert 'href="/dang-nhap?tiep=/ban-hang"' in page


def test_a_newcomer_who_signed_up_there_is_shown_the_first_step(client: FlaskClient, cast: Cast) -> None:
    new = {"name": "Nguyễn Thị Mới", "phone": "0900 000 099", "password": "mua-ruoi-chin", "agrees": "y"}
    answer = client.post("/dang-ky", data=new | {"tiep": "/ban-hang"})
    assert (answer.status_code, answer.location) == (303, "/ban-hang")
    assert "Nhận hộ của tôi" in client.get("/ban-hang").text


def test_who_is_signed_in_goes_on_to_what_is_theirs(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())
    assert client.get("/mo-gian-hang").location == "/ban-hang"
    assert client.get("/ban-hang").location == f"/ban-hang/{cast.lan.slug}"
