"""A lot is recalled with a reason, and every stamp of it turns red."""

from flask.testing import FlaskClient

from market.trace.rules import LotState
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, press
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words


def test_a_recall_turns_every_stamp_red_at_once(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code, stamp = steps.active_stamp(cast, now())
    assert "Tem đã dán lên gói" in words(htx.get(f"/T/{stamp}"))
    assert "cả 1 tem" in words(htx.get(at(cast, f"/{code}/thu-hoi")))
    path = at(cast, f"/{code}/thu-hoi")
    answer = press(htx, path, path, reason="Phát hiện mọt trong kho")
    assert answer.location == at(cast, f"/{code}")
    said = words(htx.get(f"/T/{stamp}"))
    assert "Lô này đã thu hồi" in said
    assert "Phát hiện mọt trong kho" in said
    assert "Mua " not in said
    assert "Lô đã thu hồi ngày 24/11/2026" in words(htx.get(at(cast, f"/{code}")))


def test_a_recall_needs_a_reason(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    page = htx.post(at(cast, f"/{code}/thu-hoi"), data={"reason": ""})
    assert page.status_code == 422
    assert "người đã mua sẽ đọc câu này" in words(page)
    assert steps.lot(cast, code).state is LotState.SEALED


def test_a_second_recall_changes_nothing(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    path = at(cast, f"/{code}/thu-hoi")
    shown = hidden(htx.get(path).text, path)
    for reason in ("mọt", "khác"):
        assert htx.post(path, data=shown | {"reason": reason}).status_code == 303
    assert steps.lot(cast, code).recall_reason == "mọt"


def test_stamps_that_were_printed_since_the_page_was_opened_are_shown_before_the_recall(
    htx: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = steps.sealed_lot(cast, now())
    path = at(cast, f"/{code}/thu-hoi")
    shown = hidden(htx.get(path).text, path)
    steps.print_stamps(cast, code, 3, now())
    answer = htx.post(path, data=shown | {"reason": "Phát hiện mọt"})
    assert answer.status_code == 409
    assert "tem đã in (nay là 3)" in words(answer)
    assert "cả 3 tem" in words(answer)
    assert "Phát hiện mọt" in answer.text
    assert steps.lot(cast, code).state is LotState.SEALED
    fresh = hidden(answer.text, path)
    assert htx.post(path, data=fresh | {"reason": "Phát hiện mọt"}).status_code == 303
    assert steps.lot(cast, code).state is LotState.RECALLED


def test_a_recall_that_does_not_say_what_it_saw_is_not_taken(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    answer = htx.post(at(cast, f"/{code}/thu-hoi"), data={"reason": "Phát hiện mọt"})
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in words(answer)
    assert steps.lot(cast, code).state is LotState.SEALED


def test_only_the_stalls_people_recall(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/{steps.sealed_lot(cast, now())}/thu-hoi"), post=True)
