"""Nơi tôi giao hàng: which points, on which days, at which hours, under one button."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.queries.visits import visits_of
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import on_both
from tests.pages import send


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/noi-giao"


def another(cast: Cast) -> int:
    with transaction() as session:
        return make.make_pickup_point(session, session.get_one(Hamlet, cast.mo_doan)).id


@on_both
def test_what_is_saved_is_what_buyers_read(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    point = another(cast)
    sign_in(client, cast.lan.person, now())
    typed = {f"diem{point}-days": ["2", "8"], f"diem{point}-begins": "6h", f"diem{point}-ends": "8:30"}

    assert send(client, path(cast), typed).location == path(cast)

    (visit,) = visits_of(session, cast.lan.stall)
    assert (visit.point_id, visit.times.spoken) == (point, "thứ 3, thứ 5, 6:00–8:30")
    page = client.get(path(cast)).text
    assert "Đã lưu nơi giao hàng" in page
    assert re.search(rf'name="diem{point}-days" value="8" checked', page)
    assert f'name="diem{point}-begins" type="text" value="6:00"' in page
    said = "Nhà văn hóa thôn Mỗ Đoạn: thứ 3, thứ 5, 6:00–8:30"
    assert said in client.get(f"/gian-hang/{cast.lan.slug}").text
    assert said in client.get("/san-pham/1-rau-muong", follow_redirects=True).text


def test_bad_hours_come_back_as_typed_with_a_sentence(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.lan.person, now())
    here = f"diem{cast.pickup}-"
    for typed, said in (
        ({f"{here}days": ["1"], f"{here}begins": "sáng", f"{here}ends": "8"}, "không phải “sáng”"),
        ({f"{here}days": ["1"], f"{here}begins": "6:00"}, "cả giờ đến và giờ về"),
        ({f"{here}begins": "6:00", f"{here}ends": "8:00"}, "mời chọn ngày tới"),
        ({f"{here}days": ["3"]}, "chọn ngày trong danh sách"),
    ):
        answer = send(client, path(cast), typed)
        assert (answer.status_code, said in answer.text) == (422, True), said
        assert "Còn 1 ô cần sửa" in answer.text
    assert visits_of(session, cast.lan.stall)[0].times.spoken == "hằng ngày, 6:00–8:00"


def test_a_market_without_points_says_what_there_is(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Hamlet, cast.nghia_dung).is_active = False
    sign_in(client, cast.lan.person, now())
    assert "Xã chưa có điểm nhận hàng" in client.get(path(cast)).text


def test_only_the_stalls_own_people_say_where_it_comes(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert keeps_out(client.application, path(cast), [cast.htx.person, cast.mai])
