"""A stall's list of lots."""

from datetime import date

from flask.testing import FlaskClient

from market.trace.rules import JournalKind
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words


def test_no_lot_yet_teaches_the_first_step(htx: FlaskClient, cast: Cast) -> None:
    page = htx.get(at(cast))
    assert page.status_code == 200
    assert "Chưa có lô nào" in words(page)
    assert at(cast, "/moi") in page.text


def test_lots_are_listed_with_where_they_stand(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    opened, sealed, recalled = steps.rice_lot(cast, now()), steps.sealed_lot(cast, now()), steps.sealed_lot(cast, now())
    steps.write(cast, opened, JournalKind.SOWING, date(2026, 6, 18), now())
    steps.print_stamps(cast, sealed, 20, now())
    steps.activate(cast, sealed, 1, 5, now())
    steps.recall(cast, recalled, now())
    said = words(htx.get(at(cast)))
    for sentence in ("Đang ghi", "Đã ghi xong", "Thu hồi", "1 dòng nhật ký", "5/20 tem đã dán", f"Lô {opened}"):
        assert sentence in said


def test_the_list_has_pages_and_asks_little(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    for _ in range(31):
        steps.rice_lot(cast, now())
    htx.get(at(cast))
    with counting() as seen:
        page = htx.get(at(cast))
    assert len(seen) <= 8
    assert "Trang 1 / 2" in words(page)
    assert "L261124A" in htx.get(at(cast, "?page=2")).text
    assert htx.get(at(cast, "?page=0")).status_code == 200
    assert htx.get(at(cast, "?page=x")).status_code == 200


def test_only_the_stalls_people_see_them(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast))
