"""One farming model: who follows it since when, on which proof, and how many orders they handed over."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from market.outreach.models import ModelAdopter
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.test_counted import proven, start


def test_a_household_is_found_noted_and_let_go(hung: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    model = start(cast, now)
    ruoi = session.get_one(Variant, cast.ruoi).product_id
    proven(cast, cast.tu, ruoi)
    path = f"/van-phong/mo-hinh/{model}"
    assert "Rươi anh Tư, thôn Mỗ Đoạn" in hung.get(f"{path}?tim=ruoi").text
    typed = {"business": str(cast.tu.business), "since": "2026-11-18", "proof": "đến xem ruộng"}
    assert hung.post(f"{path}/ho?tim=ruoi", data=typed | {"product": "rươi"}).status_code == 422
    address = f"https://cho.test/san-pham/{ruoi}-ruoi-tuoi"
    assert hung.post(f"{path}/ho?tim=ruoi", data=typed | {"product": address}).status_code == 303
    adopter = session.scalars(select(ModelAdopter)).one()
    page = hung.get(path).text
    assert "1 đơn đã giao từ khi làm theo (Rươi tươi)" in page
    assert "50.000" not in page
    assert hung.post(f"{path}/ho/{adopter.id}/thoi").status_code == 303
    assert hung.post(f"{path}/thoi").status_code == 303
    assert "Mô hình đã thôi" in hung.get(path).text
