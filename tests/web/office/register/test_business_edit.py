"""What the register says of a business is changed; what it said stays in its history."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.audit import events_of
from market.sellers import queries
from market.sellers.models import Business, BusinessStatus
from tests.access import keeps_out
from tests.cast import Cast


def path(cast: Cast) -> str:
    return f"/van-phong/so-ho/{cast.theu}/sua"


def typed(cast: Cast, **fields: str) -> dict[str, str]:
    return {
        "name": "Tranh thêu Xuân Nẻo cô Thêu",
        "kind": "ho_kinh_doanh",
        "hamlet": str(cast.nghia_dung),
        "status": "dang_hoat_dong",
        "valid_from": "2026-11-01",
        "source": "Đơn của hộ",
    } | fields


def test_the_form_opens_with_what_is_known(hung: FlaskClient, cast: Cast) -> None:
    page = hung.get(path(cast)).text

    assert 'value="Tranh thêu Xuân Nẻo cô Thêu"' in page
    assert 'value="2026-11-24"' in page


def test_a_pause_is_a_new_line_of_history_from_its_day(hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(path(cast), data=typed(cast, status="tam_ngung"))

    business = session.get_one(Business, cast.theu)
    lines = queries.history_of(session, cast.theu)
    assert business.status is BusinessStatus.SUSPENDED
    assert [(str(line.valid_from), line.status.value) for line in lines] == [
        ("2025-07-01", "dang_hoat_dong"),
        ("2026-11-01", "tam_ngung"),
    ]


def test_a_phone_leaves_no_line_of_history_but_an_event_with_the_fields_name(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    hung.post(path(cast), data=typed(cast, phone="0900 000 077"))

    assert len(queries.history_of(session, cast.theu)) == 1
    event = events_of(session, "business", cast.theu)[-1]
    assert (event.verb, event.fields) == ("edit_business", "phone")
    assert "0900" not in event.fields


def test_saving_what_is_known_changes_nothing(hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(path(cast), data=typed(cast))

    assert len(events_of(session, "business", cast.theu)) == 1
    assert "Không có gì thay đổi" in hung.get("/van-phong/so-ho").text


@pytest.mark.parametrize(
    ("day", "sentence"), [("2026-11-25", "25/11/2026 chưa tới"), ("2025-06-30", "Sổ đã ghi từ ngày 01/07/2025")]
)
def test_the_newest_line_of_history_is_always_what_the_register_says(
    hung: FlaskClient, cast: Cast, session: Session, day: str, sentence: str
) -> None:
    page = hung.post(path(cast), data=typed(cast, status="tam_ngung", valid_from=day))

    assert page.status_code == 422
    assert sentence in page.text
    assert session.get_one(Business, cast.theu).status is BusinessStatus.ACTIVE
    assert hung.post(path(cast), data=typed(cast, phone="0900 000 077", valid_from=day)).status_code == 303


def test_another_s_tax_code_or_name_and_phone_is_refused(hung: FlaskClient, cast: Cast) -> None:
    other = {"name": "Bếp cô Nụ", "tax_id": "099161000002", "phone": "0900 000 077"}
    assert hung.post("/van-phong/so-ho/moi", data=typed(cast, **other)).status_code == 303

    for taken in ({"tax_id": other["tax_id"]}, {"name": other["name"], "phone": other["phone"]}):
        page = hung.post(path(cast), data=typed(cast, **taken))
        assert page.status_code == 422
        assert "đã có trong sổ" in page.text


def test_a_business_that_is_not_there_is_not_found(hung: FlaskClient, cast: Cast) -> None:
    assert hung.get("/van-phong/so-ho/99999/sua").status_code == 404


def test_bad_input_keeps_what_was_typed(hung: FlaskClient, cast: Cast) -> None:
    answer = hung.post(path(cast), data=typed(cast, phone="12", trade="Thêu tay"))

    assert answer.status_code == 422
    assert 'value="12"' in answer.text
    assert 'value="Thêu tay"' in answer.text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast), [cast.lan.person, cast.vy])
    assert keeps_out(app, path(cast), [cast.lan.person, cast.vy], method="POST")
