"""One tap takes the cured words; her own are kept where the marketplace takes them (field B04)."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalog.models import Product
from market.channels.models import ExportRun
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.channels.templates import cells, read_template
from tests.conftest import Clock
from tests.pages import hidden, press
from tests.web.stall.channels.asked import LOUD, rice_of, say, words_of
from tests.web.stall.channels.conftest import FILES, SHIPS, at


def test_one_tap_takes_the_cured_words_for_this_marketplace_alone(
    ready: FlaskClient, cast: Cast, session: Session
) -> None:
    rice = rice_of(cast)
    say(rice, LOUD)
    board = ready.get(at(cast, "/shopee")).text
    assert "“0912 345 678” (số điện thoại)" in board
    assert "0/1 món sẵn sàng" in board
    assert press(ready, at(cast, "/shopee"), at(cast, f"/shopee/mon/{rice}/chu/lay")).status_code == 303
    after = ready.get(at(cast, "/shopee")).text
    assert "1/1 món sẵn sàng" in after
    assert "Chữ ở chợ giữ nguyên" in after
    assert [channel for channel, _text in words_of(rice)] == ["shopee"]
    assert session.scalars(select(Product.description).where(Product.id == rice)).one() == LOUD
    assert "“0912 345 678”" in ready.get(at(cast, "/tiktok")).text, "the other marketplace has not been cured"
    ready.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"])
    file = ready.get(at(cast, f"/tep/{session.scalars(select(ExportRun.id)).one()}")).data
    manifest = read_template(FILES["shopee"])
    row = dict(zip(manifest.columns, cells(file, manifest.sheet)[6], strict=False))
    assert "0912" not in str(row["ps_product_description"])
    assert "hợp người già và trẻ nhỏ" in str(row["ps_product_description"])


def test_words_of_her_own_are_kept_where_the_marketplace_takes_them(ready: FlaskClient, cast: Cast) -> None:
    rice = rice_of(cast)
    page = at(cast, f"/shopee/mon/{rice}/chu")
    sent = hidden(ready.get(page).text, f"{page}/lay")
    long = "Gạo mới gặt, phơi nắng, xát trong tuần.\n\nHạt dài, cơm dẻo, thơm mùi lá dứa, hợp người già và trẻ nhỏ."
    wrong = ready.post(
        f"{page}/lay", data=sent | {"name": "Gạo nếp cái hoa vàng", "description": f"{long} Zalo 0912345678"}
    )
    assert (wrong.status_code, "“0912345678” (số điện thoại)" in wrong.text) == (422, True)
    assert "Zalo 0912345678" in wrong.text, "what was typed is still there"
    short = ready.post(f"{page}/lay", data=sent | {"name": "Gạo", "description": long})
    assert (short.status_code, "Đang có 3 ký tự, sàn nhận từ 10 đến 120" in short.text) == (422, True)
    assert words_of(rice) == []
    assert (
        ready.post(f"{page}/lay", data=sent | {"name": "Gạo nếp cái hoa vàng", "description": long}).status_code == 303
    )
    assert words_of(rice) == [("shopee", long)]


def test_only_the_stalls_people_take_words(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/shopee/mon/{rice_of(cast)}/chu/lay"), post=True)
