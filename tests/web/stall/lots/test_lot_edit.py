"""What is said of a lot can be changed while it is open."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words

TYPED = {"plot": "Ruộng 9", "pack_amount": "2", "pack_unit": "kg", "yield_percent": "70,5"}


def test_the_form_shows_what_was_said_and_takes_the_new(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    page = htx.get(at(cast, f"/{code}/sua")).text
    assert 'value="Ruộng 12"' in page
    assert 'name="yield_percent" type="text" value="65"' in page
    assert htx.post(at(cast, f"/{code}/sua"), data=TYPED).location == at(cast, f"/{code}")
    lot = steps.lot(cast, code)
    assert (lot.plot, lot.pack_amount, lot.yield_permille) == ("Ruộng 9", 2000, 705)


def test_bad_input_comes_back(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    page = htx.post(at(cast, f"/{steps.rice_lot(cast, now())}/sua"), data=TYPED | {"pack_amount": "0"})
    assert page.status_code == 422
    assert 'value="Ruộng 9"' in page.text


def test_a_sealed_lot_is_not_changed_and_what_was_typed_stays(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    page = htx.post(at(cast, f"/{code}/sua"), data=TYPED)
    assert page.status_code == 422
    assert "Lô đã chốt nên không sửa" in words(page)
    assert steps.lot(cast, code).plot == "Ruộng 12"


def test_only_the_stalls_people_change_it(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/{steps.rice_lot(cast, now())}/sua"))
