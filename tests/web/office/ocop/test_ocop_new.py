"""A product is put on the path by hand."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import OcopEntry
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_path

PATH = "/van-phong/ocop/moi?tim=htx"


def test_a_business_is_looked_for_and_its_product_named(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    typed = {"business": str(cast.htx.business), "name": "Gạo nếp"}
    page = hung.post(PATH, data=typed)
    assert page.status_code == 422
    assert "chưa ghi đường" in page.text
    a_path(cast, now)
    assert hung.post("/van-phong/ocop/moi?tim=lan", data=typed).status_code == 422, "it was not among those offered"
    assert hung.post(PATH, data=typed).status_code == 303
    assert session.scalars(select(OcopEntry.name)).all() == ["Gạo nếp"]
