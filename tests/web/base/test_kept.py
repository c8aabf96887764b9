"""What a process keeps for pages: for so long, of so many, of so many bytes."""

from itertools import count

from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from market.web.base import fragments
from market.web.base.kept import MarkupCache, TimedCache
from market.web.shop.browse.views import HOMES_KEPT
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting


def test_a_value_is_kept_for_its_seconds_and_no_longer(app: Flask, now: Clock) -> None:
    kept, drawn = TimedCache[str, int]("test", seconds=30, most=2), count()
    assert [kept.get("a", lambda: next(drawn)) for _ in range(2)] == [0, 0]
    now.move(seconds=29.9)
    assert kept.get("a", lambda: next(drawn)) == 0
    now.move(seconds=0.1)
    assert kept.get("a", lambda: next(drawn)) == 1


def test_a_clock_set_back_keeps_nothing_longer(app: Flask, now: Clock) -> None:
    kept, drawn = TimedCache[str, int]("test", seconds=30, most=2), count()
    kept.get("a", lambda: next(drawn))
    now.move(hours=-1)
    assert kept.get("a", lambda: next(drawn)) == 1


def test_of_more_keys_than_it_holds_the_oldest_makes_room(app: Flask, now: Clock) -> None:
    kept = TimedCache[int, int]("test", seconds=30, most=3)
    for number in range(10):
        kept.get(number, lambda number=number: number)  # type: ignore[misc]
    assert list(app.extensions["choso_test"]) == [7, 8, 9]


def test_markup_is_kept_by_bytes_and_what_is_asked_for_stays() -> None:
    kept, drawn = MarkupCache(most_bytes=20_000), count()

    def made() -> Markup:
        return Markup(f"{next(drawn)}{'ấ' * 500}")  # noqa: S704 - made of a number

    first = kept.get("first", made)
    for number in range(200):
        assert kept.get("first", made) is first
        kept.get(number, made)
        assert kept.bytes_kept <= 20_000
    assert kept.get(0, made).startswith("201"), "what nobody asked for made room"
    assert MarkupCache(most_bytes=100).get("too large", made).startswith("202")


def test_cards_and_pages_of_goods_share_one_bound() -> None:
    """The 4,096 cards of before had no bound in bytes, and product pages stood among them. Growth finding 14."""
    assert fragments._KEPT._most <= 2_000_000
    assert fragments._KEPT.bytes_kept <= fragments._KEPT._most


def test_a_hundred_carts_do_not_fill_the_cache_of_tab_bars(client: FlaskClient, cast: Cast) -> None:
    for number in range(1, 60):
        client.set_cookie("gio", str(number))
        client.get("/gio-hang")
    assert fragments._KEPT.bytes_kept <= fragments._KEPT._most


def test_the_first_page_asks_nothing_for_half_a_minute(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """Growth finding 8."""
    client.get("/")
    with counting() as seen:
        assert client.get("/").status_code == 200
    assert seen == []
    now.move(seconds=30)
    with counting() as seen:
        client.get("/")
    assert 0 < len(seen) <= 5
    assert HOMES_KEPT <= 64
