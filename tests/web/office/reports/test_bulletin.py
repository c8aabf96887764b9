"""What is read out this week: goods in season that can be bought, and who sells them; nothing that is not public."""

from io import BytesIO

import docx
import pytest
from flask.testing import FlaskClient

from market.base.db import transaction
from market.catalog.models import ProductState, Variant
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import by_day_on

BULLETIN = "/van-phong/bao-cao/ban-tin-loa"


@pytest.fixture
def season(cast: Cast, now: Clock) -> None:
    """Rươi from October to December, a second stall with it; cabbage in season but hidden, one that waits for
    approval, one that is sold out, and one whose season is over."""
    with transaction() as session:
        ruoi = session.get_one(Variant, cast.ruoi).product
        ruoi.season_from, ruoi.season_to = 10, 12
        for name, stall, changes in (
            ("rươi tươi", cast.lan.stall, {}),
            ("Bắp cải ẩn", cast.lan.stall, {"is_hidden": True}),
            ("Bắp cải chờ", cast.lan.stall, {"state": ProductState.PENDING}),
            ("Bắp cải hết", cast.htx.stall, {}),
            ("Vải thiều", cast.htx.stall, {"season": (5, 6)}),
        ):
            since, until = changes.pop("season", (10, 3))
            variant = make.make_product(session, session.get_one(Stall, stall), name, now())
            product = variant.product
            product.season_from, product.season_to = since, until
            for field, value in changes.items():
                setattr(product, field, value)
            if "hết" in name:
                variant.is_sold_out = True


@pytest.mark.usefixtures("season")
def test_what_is_in_season_is_told_with_whose_it_is(hung: FlaskClient) -> None:
    page = hung.get(BULLETIN).text
    assert "tuần từ 23/11/2026 đến 29/11/2026" in page
    assert "Rươi tươi: Rươi anh Tư, thôn Mỗ Đoạn; Rau bà Lan, thôn Nghĩa Dũng." in page
    for absent in ("Bắp cải", "Vải thiều", "0900", "Phạm Thị Lan"):
        assert absent not in page


@pytest.mark.usefixtures("season")
def test_the_files_read_the_same(hung: FlaskClient, now: Clock) -> None:
    text, paper = hung.get(f"{BULLETIN}/txt"), hung.get(f"{BULLETIN}/docx")
    assert text.headers["Content-Disposition"] == 'attachment; filename="ban-tin-loa-2026-11-23.txt"'
    said = [one.text for one in docx.Document(BytesIO(paper.data)).paragraphs if one.text]
    assert said[0] == "BẢN TIN LOA TRUYỀN THANH"
    assert [line for line in text.data.decode().splitlines() if line] == said
    now.move(hours=1)
    assert hung.get(f"{BULLETIN}/docx").data == paper.data


@by_day_on("sqlite")
def test_a_week_without_anything_in_season_says_so(hung: FlaskClient) -> None:
    assert "chưa có hàng nào đang mùa" in hung.get(BULLETIN).text


def test_only_officers_have_the_bulletin(client: FlaskClient, cast: Cast, now: Clock) -> None:
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert [client.get(path).status_code for path in (BULLETIN, f"{BULLETIN}/docx", f"{BULLETIN}/txt")] == [404] * 3
