"""A class is written down by the office: once, whatever is wrong first."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import TrainingClass
from market.outreach.rules.classes import ClassHolder
from tests.cast import Cast
from tests.events import events_of
from tests.pages import hidden

PATH = "/van-phong/lop/moi"
TYPED = {
    "title": "Bán hàng bằng điện thoại",
    "holder": "to_cong_nghe",
    "day": "2026-11-25",
    "hour": "14h30",
    "place": "Nhà văn hóa",
    "teacher": "Cô Hoa",
}


def test_a_class_is_held_once_and_what_was_typed_wrong_comes_back(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    typed = TYPED | {"hamlet": str(cast.nghia_dung)} | hidden(hung.get(PATH).text, PATH)
    wrong = hung.post(PATH, data=typed | {"hour": "25", "holder": ""})
    assert wrong.status_code == 422
    assert "Giờ viết như" in wrong.text
    assert "Bán hàng bằng điện thoại" in wrong.text
    assert hung.post(PATH, data=typed | {"day": "2029-01-01"}).status_code == 422
    assert [hung.post(PATH, data=typed).status_code for _ in range(2)] == [303, 303]

    held = session.scalars(select(TrainingClass)).one()
    assert (held.holder, held.hamlet_id, held.held_on.isoformat()) == (ClassHolder.GROUP, cast.nghia_dung, "2026-11-25")
    assert held.starts_at.hour == 7, "14:30 in Vietnam"
    assert [one.verb for one in events_of(session, "training_class", held.id)] == ["hold_class"]
