"""A helper surveys a product on a phone, in a hamlet of theirs."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import SurveyedProduct
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import send
from tests.web.office.survey.steps import TYPED

PATH = "/to-cong-nghe/khao-sat/moi"


def test_a_helper_writes_a_product_of_their_own_hamlet_down_once(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    make.sign_in(client, cast.vy, now())
    page = client.get(PATH).text
    assert "Rau bà Lan" in page
    assert "HTX nông nghiệp" not in page, "of another hamlet"
    here = TYPED | {"hamlet": str(cast.nghia_dung), "business": str(cast.theu)}
    assert send(client, PATH, here | {"hamlet": str(cast.mo_doan)}).status_code == 422
    assert send(client, PATH, here).location == "/to-cong-nghe/khao-sat"
    kept = session.scalars(select(SurveyedProduct)).one()
    assert (kept.surveyed_by, kept.hamlet_id, kept.business_id) == (cast.vy, cast.nghia_dung, cast.theu)
