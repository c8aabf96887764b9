"""A farming model is written down once."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import FarmingModel
from tests.pages import hidden

PATH = "/van-phong/mo-hinh/moi"


def test_a_model_is_written_down_once(hung: FlaskClient, session: Session) -> None:
    typed = {"name": "Lúa - rươi", "branch": "thuy_san", "description": "Thả rươi", "source": "Kế hoạch 12"}
    typed |= {"started_on": "2026-06-01"} | hidden(hung.get(PATH).text, PATH)
    assert hung.post(PATH, data=typed | {"started_on": "2027-01-01"}).status_code == 422
    assert [hung.post(PATH, data=typed).status_code for _ in range(2)] == [303, 303]
    assert session.scalars(select(FarmingModel.name)).all() == ["Lúa - rươi"]
