"""Writing a story."""

from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.feedback.models import Story
from market.notices.models import Notice
from tests.cast import Cast
from tests.pages import press


def test_a_story_is_written_once_and_its_people_are_asked(hung: FlaskClient, cast: Cast) -> None:
    page = f"/van-phong/chuyen/moi/{cast.lan.business}"
    wrong = press(hung, page, page, ground="khac", title="Bà Lan", words="", bulletin="Loa")
    assert (wrong.status_code, "Mời viết chuyện." in wrong.text) == (422, True)
    told = {"ground": "khac", "title": "Bà Lan", "words": "Đoạn một\n\nĐoạn hai", "bulletin": "Loa"}
    done = press(hung, page, page, **told)
    [story] = reading().scalars(select(Story)).all()
    assert done.location == f"/van-phong/chuyen/{story.id}"
    assert story.words == "Đoạn một\nĐoạn hai"
    [notice] = reading().scalars(select(Notice).where(Notice.business_id == cast.lan.business))
    assert notice.kind == "xin_dang_chuyen"
