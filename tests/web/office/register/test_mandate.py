"""A mandate on a signed paper is written down by an officer, for a helper of the commune, with an end."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers.models import Mandate, MandateMethod
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def path(cast: Cast) -> str:
    return f"/van-phong/so-ho/{cast.lan.business}/uy-quyen"


def typed(cast: Cast, **fields: str) -> dict[str, str]:
    paper = {"granted_by": "Phạm Thị Lan", "paper": "Giấy số 3, tủ 2", "ends_on": "2027-02-01"}
    return paper | {"helper": str(cast.vy)} | fields


def test_the_paper_opens_the_stall_to_the_helper_until_its_day(
    app: Flask, hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    assert hung.post(path(cast), data=typed(cast)).status_code == 303

    mandate = session.scalars(select(Mandate)).one()
    assert (mandate.method, mandate.paper, mandate.recorded_by) == (MandateMethod.PAPER, "Giấy số 3, tủ 2", cast.hung)
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    assert vy.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 200
    sign_in(vy, cast.vy, now.move(days=70))
    assert vy.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 404


@pytest.mark.parametrize("day", ["2026-11-23", "2027-12-01"])
def test_an_end_before_today_or_after_a_year_is_refused(hung: FlaskClient, cast: Cast, day: str) -> None:
    answer = hung.post(path(cast), data=typed(cast, ends_on=day))

    assert answer.status_code == 422
    assert "không quá một năm" in answer.text
    assert 'value="Giấy số 3, tủ 2"' in answer.text


def test_only_a_helper_of_the_commune_can_be_named(hung: FlaskClient, cast: Cast, session: Session) -> None:
    assert hung.post(path(cast), data=typed(cast, helper=str(cast.mai))).status_code == 422
    assert session.scalars(select(Mandate)).all() == []


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast), [cast.lan.person, cast.vy], method="POST")
    assert keeps_out(app, f"{path(cast)}/1/ngung", [cast.lan.person, cast.vy], method="POST")
