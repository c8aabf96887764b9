"""What is said of a lot can be changed while it is open."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.trace.models import Lot
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import of_many
from tests.pages import hidden, send
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words

TYPED = {"plot": "Ruộng 9", "pack_amount": "2", "pack_unit": "kg", "yield_percent": "70,5"}


def change(lot_id: int, field: str, value: object) -> None:
    with transaction() as writing:
        setattr(writing.get_one(Lot, lot_id), field, value)


def test_the_form_shows_what_was_said_and_takes_the_new(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    page = htx.get(at(cast, f"/{code}/sua")).text
    assert 'value="Ruộng 12"' in page
    assert 'name="yield_percent" type="text" value="65"' in page
    assert send(htx, at(cast, f"/{code}/sua"), TYPED).location == at(cast, f"/{code}")
    lot = steps.lot(cast, code)
    assert (lot.plot, lot.pack_amount, lot.yield_permille) == ("Ruộng 9", 2000, 705)


def test_bad_input_comes_back(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    page = send(htx, at(cast, f"/{steps.rice_lot(cast, now())}/sua"), TYPED | {"pack_amount": "0"})
    assert page.status_code == 422
    assert 'value="Ruộng 9"' in page.text


def test_a_sealed_lot_is_not_changed_and_what_was_typed_stays(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    page = send(htx, at(cast, f"/{code}/sua"), TYPED)
    assert page.status_code == 422
    assert "Lô đã chốt nên không sửa" in words(page)
    assert steps.lot(cast, code).plot == "Ruộng 12"


def test_only_the_stalls_people_change_it(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/{steps.rice_lot(cast, now())}/sua"))


MEANWHILE = {
    "plot": "Ruộng 13",
    "pack_amount": 2000,
    "pack_unit": "g",
    "yield_permille": 700,
    "best_before": date(2027, 1, 31),
    "standard": "VietGAP",
}


@of_many(3)
@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("plot", "ruộng, ao, chuồng (nay là Ruộng 13)"),
        ("pack_amount", "mỗi gói (nay là 2\u00a0kg)"),
        ("pack_unit", "mỗi gói (nay là 5\u00a0g)"),
        ("yield_permille", "phần đóng gói được (nay là 70/100)"),
        ("best_before", "hạn sử dụng (nay là 31/01/2027)"),
        ("standard", "tiêu chuẩn (nay là VietGAP)"),
    ],
)
def test_what_was_changed_meanwhile_is_named_and_not_overwritten(
    htx: FlaskClient, cast: Cast, now: Clock, field: str, named: str
) -> None:
    code = steps.rice_lot(cast, now())
    page = at(cast, f"/{code}/sua")
    loaded = hidden(htx.get(page).text, page)
    change(steps.lot(cast, code).id, field, MEANWHILE[field])

    answer = htx.post(page, data=loaded | TYPED)

    assert answer.status_code == 409
    assert named in answer.text
    assert 'value="Ruộng 9"' in answer.text
    assert getattr(steps.lot(cast, code), field) == MEANWHILE[field]
    assert htx.post(page, data=hidden(answer.text, page) | TYPED).status_code == 303
    assert steps.lot(cast, code).plot == "Ruộng 9"


def test_something_typed_wrong_does_not_count_as_having_seen_a_change(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    page = at(cast, f"/{code}/sua")
    loaded = hidden(htx.get(page).text, page)
    change(steps.lot(cast, code).id, "standard", "VietGAP")

    wrong = htx.post(page, data=loaded | TYPED | {"pack_amount": "0"})
    answer = htx.post(page, data=hidden(wrong.text, page) | TYPED)

    assert (wrong.status_code, answer.status_code) == (422, 409)
    assert steps.lot(cast, code).standard == "VietGAP"


def test_the_same_edit_sent_twice_is_one(htx: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    page = at(cast, f"/{code}/sua")
    sent = hidden(htx.get(page).text, page) | TYPED

    assert [htx.post(page, data=sent).status_code for _ in range(2)] == [303, 303]
    events = events_of(session, "lot", steps.lot(cast, code).id)
    assert [(event.verb, event.fields) for event in events[1:]] == [("edit_lot", "plot pack_amount yield_permille")]


def test_an_edit_that_does_not_say_what_was_seen_is_not_saved(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    answer = htx.post(at(cast, f"/{code}/sua"), data=TYPED)
    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert 'value="Ruộng 9"' in answer.text
    assert steps.lot(cast, code).plot == "Ruộng 12"
