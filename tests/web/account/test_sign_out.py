"""Đăng xuất: the session ends in the market, not only on the phone."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def test_signing_out_ends_the_session_and_a_kept_cookie_opens_nothing(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    with client.session_transaction() as cookie:
        kept = dict(cookie)

    assert client.post("/dang-xuat").status_code == 303
    assert client.get("/tai-khoan").status_code == 303
    with client.session_transaction() as cookie:
        cookie.update(kept)
    assert client.get("/tai-khoan").status_code == 303


def test_nobody_signed_in_is_sent_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    assert client.post("/dang-xuat").location.startswith("/dang-nhap")


def test_signing_out_twice_is_no_fault(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    assert [client.post("/dang-xuat").status_code for _ in range(2)] == [303, 303]
