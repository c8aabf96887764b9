"""One farm household: which criteria it meets, and what an officer saw of smart farming."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import FarmPractice
from tests.cast import Cast

SEEN = {"practice": "tưới nhỏ giọt", "since": "2026-11-20", "proof": "ảnh hồ sơ 7"}


def test_what_an_officer_saw_counts_until_it_is_so_no_more(hung: FlaskClient, cast: Cast, session: Session) -> None:
    path = f"/van-phong/ho-nong-dan/{cast.tu.business}"
    assert hung.post(f"{path}/thong-minh", data=SEEN | {"since": "2027-01-01"}).status_code == 422
    assert [hung.post(f"{path}/thong-minh", data=SEEN).status_code for _ in range(2)] == [303, 303]
    practice = session.scalars(select(FarmPractice)).one()
    assert "tưới nhỏ giọt: ảnh hồ sơ 7" in hung.get(path).text
    assert hung.post(f"/van-phong/ho-nong-dan/{cast.htx.business}/thong-minh/{practice.id}/thoi").status_code == 404
    assert hung.post(f"{path}/thong-minh/{practice.id}/thoi").status_code == 303
    assert "tưới nhỏ giọt: ảnh hồ sơ 7" not in hung.get(path).text
    assert "Sổ không ghi đây là hộ nông dân" in hung.get(f"/van-phong/ho-nong-dan/{cast.htx.business}").text
