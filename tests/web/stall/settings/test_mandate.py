"""A mandate is given with a code from the seller's own phone, and ended from there or by the helper."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import CodePurpose, OneTimeCode
from market.sellers.models import Mandate
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.web.stall.settings.test_mandates import mandate, path


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def test_the_code_is_shown_once_to_its_maker(lan: FlaskClient, cast: Cast, session: Session) -> None:
    assert lan.post(f"{path(cast)}/ma", data={"days": "30"}).location == path(cast)

    code = session.scalars(select(OneTimeCode)).one()
    shown = re.search(r"\d{3} \d{3}", lan.get(path(cast)).text)
    assert shown
    assert not re.search(r">\d{3} \d{3}<", lan.get(path(cast)).text)
    assert code.purpose is CodePurpose.GRANT_MANDATE
    assert (code.person_id, code.business_id, str(code.grants_until)) == (
        cast.lan.person,
        cast.lan.business,
        "2026-12-24",
    )
    assert shown.group().replace(" ", "") not in code.code_digest


def test_a_length_that_is_not_offered_is_refused(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(f"{path(cast)}/ma", data={"days": "3650"})

    assert answer.status_code == 422
    assert "Mời chọn một mục" in answer.text


def test_a_helper_cannot_prolong_their_own_mandate(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    mandate(cast, now)
    sign_in(client, cast.vy, now())

    answer = client.post(f"{path(cast)}/ma", data={"days": "365"})
    assert answer.status_code == 403
    assert "Chỉ chủ hộ" in answer.text
    assert session.scalars(select(OneTimeCode)).all() == []


def test_a_mandate_ends_at_once_with_a_line_in_the_log(
    app: Flask, lan: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    given = mandate(cast, now)
    helper = app.test_client()
    sign_in(helper, cast.vy, now())
    assert helper.get(path(cast)).status_code == 200

    assert lan.post(f"{path(cast)}/{given}/ngung").location == path(cast)

    assert helper.get(path(cast)).status_code == 404
    assert session.get_one(Mandate, given).revoked_at
    assert events_of(session, "business", cast.lan.business)[-1].verb == "revoke_mandate"


def test_a_helper_may_give_a_mandate_back(client: FlaskClient, cast: Cast, now: Clock) -> None:
    given = mandate(cast, now)
    sign_in(client, cast.vy, now())

    assert client.post(f"{path(cast)}/{given}/ngung").location == "/tai-khoan"
    assert client.get(path(cast)).status_code == 404


def test_another_businesss_mandate_is_not_there(client: FlaskClient, cast: Cast, now: Clock) -> None:
    given = mandate(cast, now)
    sign_in(client, cast.tu.person, now())

    assert client.post(f"/ban-hang/{cast.tu.slug}/uy-quyen/{given}/ngung").status_code == 404


def test_others_find_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    given = mandate(cast, now)
    people = [cast.tu.person, cast.hung, cast.stranger]

    assert keeps_out(app, f"{path(cast)}/{given}/ngung", people, method="POST")
    assert keeps_out(app, f"{path(cast)}/ma", people, method="POST")
