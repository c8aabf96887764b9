"""A line is written in few taps."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.trace.models import JournalEntry
from market.trace.rules import JournalKind
from tests.cast import Cast
from tests.conftest import Clock
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words


def write(client: FlaskClient, cast: Cast, code: str, work: str, **typed: str):
    form = {"happened_on": "2026-11-20", "unit": "kg", "client_key": "k"} | typed
    return client.post(at(cast, f"/{code}/ghi/{work}"), data=form)


def test_the_day_is_today_unless_told(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    page = htx.get(at(cast, f"/{steps.rice_lot(cast, now())}/ghi/gieo-trong"))
    assert page.status_code == 200
    assert 'name="happened_on" type="date" value="2026-11-24"' in page.text


@pytest.mark.parametrize(
    ("typed", "thousandths"), [("3.700", 3_700_000), ("0,5", 500), ("12", 12_000), ("1.250,5 kg", 1_250_500)]
)
def test_amounts_are_read_as_growers_write_them(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session, typed: str, thousandths: int
) -> None:
    code = steps.rice_lot(cast, now())
    assert write(htx, cast, code, "thu-hoach", amount=typed).location == at(cast, f"/{code}")
    line = session.scalars(select(JournalEntry)).one()
    assert (line.kind, line.amount, line.unit) == (JournalKind.HARVEST, thousandths, "kg")


def test_a_spray_is_written_with_its_wait_from_the_label(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    code = steps.rice_lot(cast, now())
    write(htx, cast, code, "phun-thuoc", substance="Validacin 5L", phi_days="14", note="rầy nâu")
    line = session.scalars(select(JournalEntry)).one()
    assert (line.substance, line.phi_days, line.phi_source, line.note) == ("Validacin 5L", 14, "nhãn thuốc", "rầy nâu")
    assert line.recorded_by == cast.htx.person


def test_an_unknown_wait_may_be_left_open(htx: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    write(htx, cast, steps.rice_lot(cast, now()), "phun-thuoc", substance="Regent", phi_days="")
    line = session.scalars(select(JournalEntry)).one()
    assert (line.phi_days, line.phi_source) == (None, None)


@pytest.mark.parametrize(
    ("work", "typed", "sentence"),
    [
        ("thu-hoach", {"amount": ""}, "đối chiếu với số tem"),
        ("dong-goi", {"amount": "nhiều"}, "Chưa đọc được số lượng"),
        ("phun-thuoc", {"substance": ""}, "như trên nhãn"),
        ("phun-thuoc", {"substance": "Regent", "phi_days": "mười"}, "từ 0 đến 365"),
        ("phun-thuoc", {"substance": "Regent", "phi_days": "400"}, "từ 0 đến 365"),
        ("bon-phan", {"happened_on": "2026-11-25"}, "chưa tới"),
        ("bon-phan", {"happened_on": ""}, "Mời chọn ngày"),
    ],
)
def test_what_was_typed_comes_back_with_what_is_wrong(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session, work: str, typed: dict[str, str], sentence: str
) -> None:
    page = write(htx, cast, steps.rice_lot(cast, now()), work, note="chữ tôi gõ", **typed)
    assert page.status_code == 422
    assert sentence in words(page)
    assert "chữ tôi gõ" in page.text
    assert session.scalars(select(JournalEntry)).all() == []


def test_sent_twice_it_is_one_line(htx: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    for _ in range(2):
        assert write(htx, cast, code, "bon-phan").status_code == 303
    assert len(session.scalars(select(JournalEntry)).all()) == 1


def test_a_key_no_page_made_is_no_key(htx: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    for _ in range(2):
        assert write(htx, cast, code, "bon-phan", client_key="a\0b").status_code == 303
    assert [entry.client_key for entry in session.scalars(select(JournalEntry))] == [None, None]


def test_a_sealed_lot_takes_no_new_line(htx: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    assert write(htx, cast, code, "bon-phan").location == at(cast, f"/{code}")
    assert len(session.scalars(select(JournalEntry)).all()) == 5


def test_work_nobody_knows_is_not_found(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    assert htx.get(at(cast, f"/{steps.rice_lot(cast, now())}/ghi/ngu-trua")).status_code == 404


def test_only_the_stalls_people_write(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/{steps.rice_lot(cast, now())}/ghi/gieo-trong"), post=True)


def test_no_unit_is_chosen_but_that_of_the_lot_itself(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    assert '<option selected value="kg">' in htx.get(at(cast, f"/{code}/ghi/thu-hoach")).text
    answer = write(htx, cast, code, "thu-hoach", amount="5", unit="")
    assert (answer.status_code, "Mời chọn đơn vị của số lượng." in words(answer)) == (422, True)
