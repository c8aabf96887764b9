"""What the register says of a business is changed; what it said stays in its history."""

from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import db, transaction
from market.base.errors import NotFound
from market.sellers import queries
from market.sellers.actions import NewBusiness, edit_business, update_business
from market.sellers.models import Business, BusinessKind, BusinessStatus
from market.values.period import local_day
from market.values.phone import Phone
from market.values.taxid import TaxId
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import of_many
from tests.pages import hidden, send
from tests.sellers import shown


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


def change(cast: Cast, field: str, value: object) -> None:
    with transaction() as writing:
        setattr(writing.get_one(Business, cast.theu), field, value)


def kept(cast: Cast, field: str) -> object:
    with Session(db.engine) as fresh:
        return getattr(fresh.get_one(Business, cast.theu), field)


def test_the_form_opens_with_what_is_known(hung: FlaskClient, cast: Cast) -> None:
    page = hung.get(path(cast)).text

    assert 'value="Tranh thêu Xuân Nẻo cô Thêu"' in page
    assert 'value="2026-11-24"' in page


def test_a_phone_that_the_number_plan_no_longer_has_stays_as_long_as_nobody_changes_it(
    hung: FlaskClient, cast: Cast
) -> None:
    make.outdate_phone(Business, cast.theu)
    assert 'value="0251 996 198"' in hung.get(path(cast)).text

    answer = send(hung, path(cast), typed(cast, trade="Thêu tranh", phone=make.GONE))

    assert answer.status_code == 303
    assert (kept(cast, "trade"), kept(cast, "phone")) == ("Thêu tranh", "+84251996198")
    assert send(hung, path(cast), typed(cast, phone="0251 996 199")).status_code == 422


def test_a_pause_is_a_new_line_of_history_from_its_day(hung: FlaskClient, cast: Cast, session: Session) -> None:
    send(hung, path(cast), typed(cast, status="tam_ngung"))

    business = session.get_one(Business, cast.theu)
    lines = queries.history_of(session, cast.theu)
    assert business.status is BusinessStatus.SUSPENDED
    assert [(str(line.valid_from), line.status.value) for line in lines] == [
        ("2026-11-01", "tam_ngung"),
        ("2025-07-01", "dang_hoat_dong"),
    ]


def test_a_phone_leaves_no_line_of_history_but_an_event_with_the_fields_name(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    send(hung, path(cast), typed(cast, phone="0900 000 077"))

    assert len(queries.history_of(session, cast.theu)) == 1
    event = events_of(session, "business", cast.theu)[-1]
    assert (event.verb, event.fields) == ("edit_business", "phone")
    assert "0900" not in event.fields


def test_saving_what_is_known_changes_nothing(hung: FlaskClient, cast: Cast, session: Session) -> None:
    send(hung, path(cast), typed(cast))

    assert len(events_of(session, "business", cast.theu)) == 1
    assert "Không có gì thay đổi" in hung.get("/van-phong/so-ho").text


@pytest.mark.parametrize(
    ("day", "sentence"), [("2026-11-25", "25/11/2026 chưa tới"), ("2025-06-30", "Sổ đã ghi từ ngày 01/07/2025")]
)
def test_the_newest_line_of_history_is_always_what_the_register_says(
    hung: FlaskClient, cast: Cast, session: Session, day: str, sentence: str
) -> None:
    page = send(hung, path(cast), typed(cast, status="tam_ngung", valid_from=day))

    assert page.status_code == 422
    assert sentence in page.text
    assert session.get_one(Business, cast.theu).status is BusinessStatus.ACTIVE
    assert send(hung, path(cast), typed(cast, phone="0900 000 077", valid_from=day)).status_code == 303


def test_another_s_tax_code_or_name_and_phone_is_refused(hung: FlaskClient, cast: Cast) -> None:
    other = {"name": "Bếp cô Nụ", "tax_id": "099161000002", "phone": "0900 000 077"}
    assert hung.post("/van-phong/so-ho/moi", data=typed(cast, **other)).status_code == 303

    for taken in ({"tax_id": other["tax_id"]}, {"name": other["name"], "phone": other["phone"]}):
        page = send(hung, path(cast), typed(cast, **taken))
        assert page.status_code == 422
        assert "đã có trong sổ" in page.text


@of_many(3)
@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", "Tranh thêu cô Thêu", "tên cơ sở (nay là Tranh thêu cô Thêu)"),
        ("kind", BusinessKind.COOPERATIVE, "loại cơ sở (nay là Hợp tác xã)"),
        ("status", BusinessStatus.SUSPENDED, "tình trạng (nay là Tạm ngừng)"),
        ("owner_name", "Nguyễn Thị Thêu", "chủ trong sổ (nay là Nguyễn Thị Thêu)"),
        ("phone", Phone("0900000066"), "điện thoại trong sổ (nay là 0900 000 066)"),
        ("tax_id", TaxId("099161000002"), "mã số thuế (nay là 099161000002)"),
        ("trade", "Thêu ren", "ngành nghề (nay là Thêu ren)"),
        ("address", "Đình làng", "địa chỉ (nay là Đình làng)"),
    ],
)
def test_what_was_changed_meanwhile_is_named_and_not_overwritten(
    hung: FlaskClient, cast: Cast, field: str, value: object, named: str
) -> None:
    loaded = hidden(hung.get(path(cast)).text, path(cast))
    change(cast, field, value)

    answer = hung.post(path(cast), data=loaded | typed(cast, trade="Thêu tay", phone="0900 000 077"))

    assert answer.status_code == 409
    assert named in answer.text
    assert 'value="Thêu tay"' in answer.text
    assert kept(cast, field) == value
    again = hidden(answer.text, path(cast)) | typed(cast, trade="Thêu tay", phone="0900 000 077")
    assert hung.post(path(cast), data=again).status_code == 303
    assert kept(cast, "trade") == "Thêu tay"


def test_something_typed_wrong_does_not_count_as_having_seen_a_change(hung: FlaskClient, cast: Cast) -> None:
    loaded = hidden(hung.get(path(cast)).text, path(cast))
    change(cast, "trade", "Thêu ren")

    wrong = hung.post(path(cast), data=loaded | typed(cast, phone="12"))
    answer = hung.post(path(cast), data=hidden(wrong.text, path(cast)) | typed(cast, phone="0900 000 077"))

    assert (wrong.status_code, answer.status_code) == (422, 409)
    assert "ngành nghề (nay là Thêu ren)" in answer.text
    assert kept(cast, "trade") == "Thêu ren"


def test_the_same_edit_sent_twice_from_one_page_is_one(hung: FlaskClient, cast: Cast, session: Session) -> None:
    sent = hidden(hung.get(path(cast)).text, path(cast)) | typed(cast, trade="Thêu tay")

    assert [hung.post(path(cast), data=sent).status_code for _ in range(2)] == [303, 303]
    assert [event.verb for event in events_of(session, "business", cast.theu)] == ["add_business", "edit_business"]


def test_an_edit_that_does_not_say_what_was_seen_is_not_saved(hung: FlaskClient, cast: Cast) -> None:
    answer = hung.post(path(cast), data=typed(cast, trade="Thêu tay"))

    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert 'value="Thêu tay"' in answer.text
    assert kept(cast, "trade") is None


def test_the_business_of_another_commune_is_not_edited(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        other = make.make_commune(writing, code="07627", name="xã Đại Sơn (Bắc Ninh)", letters="BN", host="bn.example")
        business = make.make_business(writing, make.make_hamlet(writing, other, "thôn Xa"), "Hộ xa", now()).id
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.nghia_dung,
        kind=BusinessKind.COOPERATIVE,
        name="HTX của xã khác",
        valid_from=local_day(now()),
        source="sổ",
    )
    edit = partial(edit_business, seen=shown.business(business), clock=now)
    for change in (edit, partial(update_business, now=now())):
        with pytest.raises(NotFound), transaction() as writing:
            change(writing, Actor(), business, new)


def test_a_business_that_is_not_there_is_not_found(hung: FlaskClient, cast: Cast) -> None:
    assert hung.get("/van-phong/so-ho/99999/sua").status_code == 404


def test_bad_input_keeps_what_was_typed(hung: FlaskClient, cast: Cast) -> None:
    answer = send(hung, path(cast), typed(cast, phone="12", trade="Thêu tay"))

    assert answer.status_code == 422
    assert 'value="12"' in answer.text
    assert 'value="Thêu tay"' in answer.text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast), [cast.lan.person, cast.vy])
    assert keeps_out(app, path(cast), [cast.lan.person, cast.vy], method="POST")
