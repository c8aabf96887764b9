"""The versions of the path to OCOP, as an office writes them."""

from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.outreach.models import OcopPath
from market.places.models import DatedFact
from tests.cast import Cast

PATH = "/van-phong/ocop/duong"
TYPED = {"valid_from": "2026-11-24", "a": "40", "b": "25", "c": "35", "steps": "Phiếu\n\nẢnh\nphiếu", "source": "QĐ 26"}


def test_an_office_writes_its_path_from_the_country_s_points(hung: FlaskClient, cast: Cast, session: Session) -> None:
    with transaction() as writing:
        fact = {"key": "ocop.parts", "value": "40/25/35", "valid_from": date(2026, 5, 22), "source": "QĐ 26"}
        writing.add(DatedFact(commune_id=None, **fact))
    page = hung.get(PATH).text
    for words in ('value="40"', 'value="25"', 'value="35"', "Câu chuyện sản phẩm", "chưa đối chiếu mẫu"):
        assert words in page
    for wrong in ({"c": "30"}, {"steps": " "}, {"valid_from": "2026-11-01"}, {"a": "101"}):
        assert hung.post(PATH, data=TYPED | wrong).status_code == 422
    assert [hung.post(PATH, data=TYPED).status_code for _ in range(2)] == [303, 303]
    path = session.scalars(select(OcopPath)).one()
    assert (path.step_list, path.points.each, path.is_checked) == (["phiếu", "Ảnh"], (40, 25, 35), False)
    assert "Từ 24/11/2026" in hung.get(PATH).text
