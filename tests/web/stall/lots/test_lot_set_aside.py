"""A seller says that none of a recalled lot is sold any more, and its goods are sold again."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words


def test_what_is_set_aside_stops_its_goods_no_longer(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    steps.recall(cast, code, now())
    lot, goods = at(cast, f"/{code}"), f"/ban-hang/{cast.htx.slug}/san-pham"
    assert "Gạo nếp cái hoa vàng đang ngừng bán" in words(htx.get(lot))
    assert "Lô hàng đã thu hồi hoặc quá hạn, chưa có lô khác đã ghi xong" in words(htx.get(goods))
    today = f"/ban-hang/{cast.htx.slug}"
    assert "Ngừng bán Gạo nếp cái hoa vàng: lô hàng đã thu hồi hoặc quá hạn" in words(htx.get(today))
    path = at(cast, f"/{code}/cat-rieng")
    shown = hidden(htx.get(lot).text, path)
    for _ in range(2):
        assert htx.post(path, data=shown).location == lot
    said = words(htx.get(lot))
    assert "Bạn đã ghi lúc 09:00 24/11: hàng lô này đã bán hết hoặc cất riêng" in said
    assert "đang ngừng bán" not in said
    assert "Lô hàng đã thu hồi" not in words(htx.get(goods))
    assert "ngừng bán" not in words(htx.get(today)).lower()
    assert steps.lot(cast, code).life.is_recalled


def test_a_page_that_shows_another_lot_than_there_is_sets_nothing_aside(
    htx: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = steps.sealed_lot(cast, now())
    steps.recall(cast, code, now())
    path = at(cast, f"/{code}/cat-rieng")
    shown = hidden(htx.get(at(cast, f"/{code}")).text, path)
    assert htx.post(path, data=shown | {"seen": "0" * 16}).status_code == 409
    assert htx.post(path, data={}).status_code == 422
    assert steps.lot(cast, code).set_aside_at is None


def test_a_good_lot_is_not_set_aside(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    answer = htx.post(at(cast, f"/{code}/cat-rieng"), data={"seen": "0" * 16})
    assert answer.status_code == 409
    assert "hàng vẫn bán được" in words(answer)


def test_goods_of_which_another_lot_is_good_are_sold_on(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    steps.sealed_lot(cast, now())
    code = steps.sealed_lot(cast, now())
    steps.recall(cast, code, now())
    said = words(htx.get(at(cast, f"/{code}")))
    assert "vẫn đang bán vì còn lô khác đã ghi xong" in said
    assert "đang ngừng bán" not in said


def test_only_its_people_set_aside(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/{steps.sealed_lot(cast, now())}/cat-rieng"), post=True)
