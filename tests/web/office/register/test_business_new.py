"""An officer writes a business into the register by hand."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers import queries
from market.sellers.models import Business
from tests.access import keeps_out
from tests.cast import Cast
from tests.events import events_of
from tests.web.shop.buying import hidden_fields

PATH = "/van-phong/so-ho/moi"


def typed(cast: Cast, **fields: str) -> dict[str, str]:
    return {
        "name": "Bếp cô Nụ",
        "kind": "ho_kinh_doanh",
        "hamlet": str(cast.mo_doan),
        "status": "dang_hoat_dong",
        "tax_id": "099161000002",
        "phone": "0900 000 077",
        "valid_from": "2026-10-01",
        "source": "Giấy đăng ký số 12",
    } | fields


def test_a_business_enters_with_the_first_line_of_its_history(hung: FlaskClient, cast: Cast, session: Session) -> None:
    answer = hung.post(PATH, data=typed(cast))

    business = session.scalars(select(Business).where(Business.name == "Bếp cô Nụ")).one()
    assert answer.location == f"/van-phong/so-ho/{business.id}"
    (line,) = queries.history_of(session, business.id)
    assert (str(line.valid_from), line.source) == ("2026-10-01", "Giấy đăng ký số 12")
    (event,) = events_of(session, "business", business.id)
    assert (event.verb, event.actor_id) == ("add_business", cast.hung)


def test_a_second_tap_leads_to_the_business_that_the_first_one_entered(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    key = hidden_fields(hung.get(PATH).text)["client_key"]
    first, again = (hung.post(PATH, data=typed(cast, client_key=key)) for _ in range(2))

    business = session.scalars(select(Business).where(Business.name == "Bếp cô Nụ")).one()
    assert first.location == again.location == f"/van-phong/so-ho/{business.id}"
    other = hung.post(PATH, data=typed(cast, client_key=key, name="Bếp khác", tax_id=""))
    assert other.status_code == 409
    assert "cơ sở Bếp cô Nụ vào sổ" in other.text


def test_a_farm_household_needs_no_tax_code_and_no_phone(hung: FlaskClient, cast: Cast) -> None:
    assert hung.post(PATH, data=typed(cast, kind="ho_nong_dan", tax_id="", phone="")).status_code == 303


def test_a_known_tax_code_is_refused_and_all_that_was_typed_kept(hung: FlaskClient, cast: Cast) -> None:
    hung.post(PATH, data=typed(cast))

    again = hung.post(PATH, data=typed(cast, name="Bếp khác"))
    assert again.status_code == 422
    assert "Mã số thuế 099161000002 đã có trong sổ hộ" in again.text
    assert 'value="Bếp khác"' in again.text


def test_the_same_form_twice_is_one_business(hung: FlaskClient, cast: Cast, session: Session) -> None:
    first, again = (hung.post(PATH, data=typed(cast)) for _ in range(2))
    assert (first.status_code, again.status_code, again.location) == (303, 303, first.location)
    assert len(session.scalars(select(Business).where(Business.name == "Bếp cô Nụ")).all()) == 1


def test_the_same_name_hamlet_and_phone_is_the_same_business(hung: FlaskClient, cast: Cast) -> None:
    first = hung.post(PATH, data=typed(cast, tax_id=""))
    twin = hung.post(PATH, data=typed(cast, tax_id="", name="BẾP cô Nụ"))
    neighbour = hung.post(PATH, data=typed(cast, tax_id="", phone="0900 000 078"))

    assert (first.status_code, twin.status_code, neighbour.status_code) == (303, 422, 303)
    assert "cùng thôn, cùng số điện thoại đã có trong sổ" in twin.text


def test_nothing_holds_from_a_day_to_come(hung: FlaskClient, cast: Cast) -> None:
    assert "25/11/2026 chưa tới" in hung.post(PATH, data=typed(cast, valid_from="2026-11-25")).text


def test_bad_input_is_said_in_words(hung: FlaskClient, cast: Cast) -> None:
    bad = typed(cast, name="", tax_id="9900000010", phone="1", valid_from="hôm qua", source="", hamlet="9999")

    answer = hung.post(PATH, data=bad)
    assert answer.status_code == 422
    for part in ("Mời viết tên cơ sở", "chữ số kiểm tra", "Số điện thoại chưa đúng", "Ngày viết như", "Mời ghi căn cứ"):
        assert part in answer.text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy])
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy], method="POST")
