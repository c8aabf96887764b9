"""An officer ends a mandate after a question, with a reason that both sides read."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.notices.models import Notice
from market.sellers.models import Mandate
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import send
from tests.web.office.register.test_mandate import path, typed


def test_it_is_asked_first_and_both_sides_are_told_why(hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(path(cast), data=typed(cast))
    mandate = session.scalars(select(Mandate)).one()
    page = f"{path(cast)}/{mandate.id}/ngung"
    assert "làm thay đến hết" in hung.get(page).text
    assert send(hung, page, {"reason": ""}).status_code == 422, "why is asked first"
    session.expire_all()
    assert mandate.revoked_at is None

    assert [send(hung, page, {"reason": "Hết việc"}).status_code for _ in range(2)] == [303, 303]

    session.expire_all()
    assert (mandate.revoked_at is None, mandate.revoked_reason) == (False, "Hết việc")
    told = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(one.business_id, one.person_id) for one in told] == [(cast.lan.business, None), (None, cast.vy)]
    assert all("Hết việc" in one.sentence for one in told)
    assert "Hết việc" in hung.get(f"/van-phong/so-ho/{cast.lan.business}").text


def test_others_find_nothing(app: Flask, cast: Cast, hung: FlaskClient, session: Session) -> None:
    hung.post(path(cast), data=typed(cast))
    number = session.scalars(select(Mandate.id)).one()
    for method in ("GET", "POST"):
        assert keeps_out(app, f"{path(cast)}/{number}/ngung", [cast.lan.person, cast.vy], method=method)
    assert hung.get(f"/van-phong/so-ho/{cast.tu.business}/uy-quyen/{number}/ngung").status_code == 404
