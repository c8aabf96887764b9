"""The businesses behind a printed figure, each with the sale that speaks for it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.orders.models import Order
from market.sellers.models import PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import by_day_on

ROWS = "/van-phong/so-lieu"


def test_a_code_opens_who_is_counted_and_on_which_order(hung: FlaskClient, code: str, session: Session) -> None:
    order = session.scalars(select(Order.code)).one()
    for typed in (f"{code}-KD", f"{code}-kd".lower(), f"{code}-KY", f"{code}-KD-HKD"):
        page = hung.get(f"{ROWS}/{typed}").text
        assert '<strong class="figure-value">1</strong>' in page
        assert "Rau bà Lan" in page
        assert f'href="/van-phong/chi-tieu/don/{order}"' in page
        assert "HTX nông nghiệp" not in page
    assert "như đã biết lúc 09:00 24/11/2026" in page


def test_each_part_has_its_own_and_the_period_before_too(hung: FlaskClient, code: str, cast: Cast) -> None:
    told = {
        f"{code}-MS": 3,
        f"{code}-MS-T{cast.nghia_dung}": 2,
        f"{code}-MS-T{cast.mo_doan}": 1,
        f"{code}-MS-HTX": 1,
        f"{code}-TR-KD": 0,
        f"{code}-NH": 1,
        f"{code}-NS": 1,
    }
    for figure, value in told.items():
        assert f'<strong class="figure-value">{value}</strong>' in hung.get(f"{ROWS}/{figure}").text, figure
    assert "Rươi anh Tư" in hung.get(f"{ROWS}/{code}-NS").text
    assert "Không có cơ sở nào" in hung.get(f"{ROWS}/{code}-TR-KD").text


@by_day_on("sqlite")
def test_a_code_typed_off_the_paper_leads_to_its_rows(hung: FlaskClient, code: str) -> None:
    answer = hung.get(ROWS, query_string={"ma": f" {code.lower()}-kd "}, follow_redirects=True)
    assert '<strong class="figure-value">1</strong>' in answer.text
    assert hung.get(ROWS).location == "/van-phong/bao-cao"
    for strange in ("a/b", "x" * 99, "\0"):
        found = hung.get(ROWS, query_string={"ma": strange}, follow_redirects=True)
        assert found.status_code == 404


@by_day_on("sqlite")
@pytest.mark.parametrize("typed", ["BC7K2M9PM-KD", "KD", "x-y-z", "{code}", "{code}-ZZ", "{code}-TK-T1"])
def test_what_was_never_printed_opens_nothing(hung: FlaskClient, code: str, typed: str) -> None:
    answer = hung.get(f"{ROWS}/{typed.format(code=code)}")
    assert answer.status_code == 404


def test_only_officers_of_the_commune_see_the_rows(client: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    path = f"{ROWS}/{code}-KD"
    assert client.get(path).status_code == 303
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert client.get(path).status_code == 404
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        officer = make.make_person(session, far, "Cán Bộ Khác", "0900 000 051", now())
        make.make_post(session, officer, PostRole.OFFICER, None, now())
        officer_id = officer.id
    sign_in(client, officer_id, now(), base_url="http://khac.test")
    assert client.get("/van-phong/bao-cao", base_url="http://khac.test").status_code == 200
    assert client.get(path, base_url="http://khac.test").status_code == 404
