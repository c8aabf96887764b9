"""A helper writes a class of the community group down, in a hamlet of theirs."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import TrainingClass
from market.outreach.rules.classes import ClassHolder
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import send
from tests.web.office.classes.test_class_new import TYPED

PATH = "/to-cong-nghe/lop/moi"


def test_it_is_the_group_s_and_of_the_helper_s_hamlet_whatever_is_sent(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    make.sign_in(client, cast.vy, now())
    typed = TYPED | {"holder": "xa"}
    assert send(client, PATH, typed).status_code == 422
    assert send(client, PATH, typed | {"hamlet": str(cast.mo_doan)}).status_code == 422
    assert send(client, PATH, typed | {"hamlet": str(cast.nghia_dung)}).status_code == 303
    held = session.scalars(select(TrainingClass)).one()
    assert (held.holder, held.hamlet_id, held.created_by) == (ClassHolder.GROUP, cast.nghia_dung, cast.vy)
