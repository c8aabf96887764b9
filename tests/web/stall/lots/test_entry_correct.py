"""A wrong line is corrected by a new one; the old one stays."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.trace.models import JournalEntry
from tests.cast import Cast
from tests.conftest import Clock
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words


def correct(client: FlaskClient, cast: Cast, code: str, entry: int, **typed: str):
    form = {"happened_on": "2026-10-20", "amount": "3.600", "unit": "kg", "client_key": "c"} | typed
    return client.post(at(cast, f"/{code}/sua/{entry}"), data=form)


def test_a_sealed_lots_line_is_corrected_and_both_are_shown(
    htx: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    steps.seal(cast, code, now())
    assert 'value="3700"' in htx.get(at(cast, f"/{code}/sua/{lines['thu']}")).text
    for _ in range(2):
        assert correct(htx, cast, code, lines["thu"]).location == at(cast, f"/{code}")
    new = session.scalars(select(JournalEntry).where(JournalEntry.corrects_id == lines["thu"])).one()
    assert new.amount == 3_600_000
    said = words(htx.get(f"/lo/{code}"))
    assert "3.600" in said
    assert "trước đây ghi: 20/10/2026 3.700" in said


def test_a_line_already_corrected_is_refused_and_what_was_typed_stays(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    correct(htx, cast, code, lines["thu"])
    page = correct(htx, cast, code, lines["thu"], note="thử lại", client_key="d")
    assert page.status_code == 422
    assert "đã có dòng đính chính" in words(page)
    assert "thử lại" in page.text


def test_bad_input_comes_back(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    page = correct(htx, cast, code, lines["thu"], amount="")
    assert page.status_code == 422
    assert "đối chiếu với số tem" in words(page)


def test_lines_of_other_lots_are_not_found(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    lines = steps.whole_journal(cast, steps.rice_lot(cast, now()), now())
    other = steps.rice_lot(cast, now())
    assert htx.get(at(cast, f"/{other}/sua/{lines['thu']}")).status_code == 404
    assert correct(htx, cast, other, lines["thu"]).status_code == 404
    assert htx.get(at(cast, f"/{other}/sua/999")).status_code == 404


def test_only_the_stalls_people_correct(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    only_its_people_may(client, cast, now, at(cast, f"/{code}/sua/{lines['thu']}"))
