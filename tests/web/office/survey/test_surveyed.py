"""One surveyed product: which listing it became, how it goes on to OCOP, that it was entered by mistake."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from market.outreach.models import OcopEntry, SurveyedProduct
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_path
from tests.web.office.survey.steps import survey


def test_a_surveyed_product_is_linked_to_its_maker_s_own_listing_and_begins_its_path(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    path = survey(hung, cast.mo_doan, "htx", business=str(cast.htx.business))
    rice, others = (session.get_one(Variant, key).product_id for key in (cast.gao_nep, cast.rau_muong))
    assert hung.post(f"{path}/mon-hang", data={"product": str(others)}).status_code == 422
    assert hung.post(f"{path}/mon-hang", data={"product": str(rice)}).status_code == 303
    page = hung.get(path).text
    assert "Gạo nếp cái hoa vàng" in page
    assert hung.post(f"{path}/ocop").location == "/van-phong/ocop", "the commune has written no path yet"
    a_path(cast, now)
    assert [hung.post(f"{path}/ocop").status_code for _ in range(2)] == [303, 303]
    entry = session.scalars(select(OcopEntry)).one()
    assert (entry.product_id, entry.business_id, entry.name) == (rice, cast.htx.business, "Gạo bãi rươi")
    assert "Xem đường tới OCOP" in hung.get(path).text


def test_one_entered_by_mistake_leaves_the_catalogue_and_stays_on_record(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    path = survey(hung, cast.mo_doan, maker="Bà Tám")
    assert hung.post(f"{path}/bo", data={"reason": ""}).status_code == 422
    assert hung.post(f"{path}/bo", data={"reason": "ghi hai lần"}).status_code == 303
    assert "Gạo bãi rươi" not in hung.get("/van-phong/khao-sat").text
    assert "ghi hai lần" in hung.get(path).text
    assert session.scalars(select(SurveyedProduct)).one().withdrawn_by == cast.hung
