"""The page from which the office opens what the plan asks of it in the field."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class, write_down
from tests.web.office.programme.test_signature import choose


def test_each_tile_leads_to_its_proofs_and_k3_stays_open_while_one_is_missing(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    held = a_class(cast, now)
    for number in range(10):
        write_down(cast, held, f"Người {number}", now)
    choose(hung, session.get_one(Variant, cast.gao_nep).product_id)
    page = hung.get("/van-phong/chuong-trinh").text
    for words in (
        "figure-sun",
        "còn thiếu 4",
        "Tổ công nghệ số 1 · nơi khác 0",
        "0 / 1 hộ",
        "Ghi mục tiêu của kế hoạch",
    ):
        assert words in page
    for path in ("ho-nong-dan", "dac-trung", "mo-hinh", "lop", "khao-sat", "ocop"):
        assert f'href="/van-phong/{path}"' in page
