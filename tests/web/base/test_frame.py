"""An error stands in the part of the market that the person is in, and nobody else sees that part."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in

SHOP, STALL, OFFICE, HELPER = "Về chợ", "Về Hôm nay", "Về chỉ tiêu", "Về thôn tôi"
BARS = {SHOP: 'aria-label="Chợ"', STALL: 'aria-label="Gian hàng"', OFFICE: 'aria-label="Phòng Kinh tế xã Đại Sơn"'}
BARS[HELPER] = 'aria-label="Tổ công nghệ số"'


def missing(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 404
    return answer.text


@pytest.mark.parametrize(
    ("who", "path", "frame"),
    [
        ("lan", "/ban-hang/rau-ba-lan/khong-co", STALL),
        ("lan", "/ban-hang/rau-ba-lan/san-pham/999999", STALL),
        ("lan", "/ban-hang/khong-co/san-pham", SHOP),
        ("lan", "/khong-co", SHOP),
        ("lan", "/van-phong/khong-co", SHOP),
        ("tu", "/ban-hang/rau-ba-lan/khong-co", SHOP),
        ("hung", "/van-phong/so-ho/999999", OFFICE),
        ("hung", "/van-phong/khong-co", OFFICE),
        ("hung", "/to-cong-nghe/999999", SHOP),
        ("vy", "/to-cong-nghe/999999", HELPER),
        ("vy", "/van-phong/khong-co", SHOP),
        ("stranger", "/ban-hang/rau-ba-lan/khong-co", SHOP),
    ],
)
def test_an_error_stands_in_the_part_where_the_person_is(
    client: FlaskClient, cast: Cast, now: Clock, who: str, path: str, frame: str
) -> None:
    person = getattr(cast, who)
    sign_in(client, getattr(person, "person", person), now())
    page = missing(client, path)
    assert frame in page
    assert [name for name, bar in BARS.items() if bar in page] == [frame]


def test_who_is_not_signed_in_sees_the_shop(client: FlaskClient, cast: Cast) -> None:
    for path in ("/van-phong/khong-co", "/ban-hang/rau-ba-lan/khong-co", "/to-cong-nghe/khong-co"):
        assert BARS[SHOP] in missing(client, path)


def test_a_helper_s_errors_in_a_stall_stand_in_it_while_the_mandate_lives(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    assert BARS[STALL] in missing(client, "/ban-hang/rau-ba-lan/khong-co")
    now.move(days=91)
    sign_in(client, cast.vy, now())
    assert BARS[SHOP] in missing(client, "/ban-hang/rau-ba-lan/khong-co")


def test_an_error_of_the_database_is_still_a_page(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    app.config.update(PROPAGATE_EXCEPTIONS=False, TESTING=False)
    sign_in(client, cast.hung, now())
    client.get("/")
    monkeypatch.setattr(Connection, "execute", broken)
    answer = client.get("/van-phong/chi-tieu")
    assert answer.status_code == 500
    assert BARS[SHOP] in answer.text
