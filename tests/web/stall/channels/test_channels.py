"""The page of a stall's marketplaces."""

from flask.testing import FlaskClient

from market.channels.formats import FORMATS
from market.channels.formats.shopee.format import Shopee
from market.channels.formats.tiktok.format import TikTok
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.queries import counting
from tests.registries import only
from tests.web.stall.channels.conftest import at


def test_both_marketplaces_ask_for_the_shops_own_template(htx: FlaskClient, cast: Cast) -> None:
    with only(FORMATS, TikTok()):
        assert "Shopee" not in htx.get(at(cast)).text
    with only(FORMATS, Shopee(), TikTok()):
        page = htx.get(at(cast))
    assert page.status_code == 200
    for word in ("Shopee", "TikTok Shop", at(cast, "/shopee/mau"), at(cast, "/tiktok/mau")):
        assert word in page.text
    assert page.text.count('/mau"') == 2


def test_a_template_sent_shows_how_many_goods_are_ready(ready: FlaskClient, cast: Cast) -> None:
    page = ready.get(at(cast)).text
    assert page.count("1/1 món sẵn sàng") == 2
    assert "shop số 310045127" in page
    with counting() as seen:
        ready.get(at(cast))
    assert len(seen) <= 22


def test_only_the_stalls_people_see_it(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast))
