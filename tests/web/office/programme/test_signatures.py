"""Goods that stand for the commune are chosen by the address of their page."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from tests.cast import Cast
from tests.web.office.programme.test_signature import choose

PATH = "/van-phong/dac-trung"


def test_a_listing_is_chosen_once_and_another_commune_s_never(hung: FlaskClient, cast: Cast, session: Session) -> None:
    rice = session.get_one(Variant, cast.gao_nep).product_id
    assert choose(hung, rice) == choose(hung, rice)
    for wrong in ("", "gạo nếp", "999999"):
        assert hung.post(PATH, data={"product": wrong}).status_code in (404, 422)
    assert hung.get(PATH).text.count("Gạo nếp cái hoa vàng") == 1
