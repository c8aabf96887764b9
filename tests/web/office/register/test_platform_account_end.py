"""An account that is used no more ends with a reason; figures of the days before count it still."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import PlatformAccount
from market.notices.models import Notice
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import send
from tests.web.office.register import test_platform_account_add as adding


@pytest.fixture
def account(hung: FlaskClient, cast: Cast, session: Session) -> int:
    send(hung, adding.path(cast.theu), adding.said())
    return session.scalars(select(PlatformAccount.id)).one()


def path(business: int, account: int) -> str:
    return f"{adding.path(business)}/{account}/thoi"


def test_from_that_day_on_it_counts_no_more(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, account: int
) -> None:
    now.move(days=2)
    make.sign_in(hung, cast.hung, now())
    before = adding.with_account(cast, now)
    assert send(hung, path(cast.theu, account), {"reason": " "}).status_code == 422
    assert adding.with_account(cast, now) == before

    ended = [send(hung, path(cast.theu, account), {"reason": "Gian đã đóng"}).status_code for _ in range(2)]

    assert ended == [303, 303]
    assert adding.with_account(cast, now) == before - 1
    assert adding.with_account(cast, now, days_ago=1) == before, "yesterday reads as it was reported"
    told = session.scalars(select(Notice)).one()
    assert (told.business_id, "Gian đã đóng" in told.sentence) == (cast.theu, True)
    assert "Gian đã đóng" in hung.get(f"/van-phong/so-ho/{cast.theu}").text
    assert send(hung, adding.path(cast.tu.business), adding.said()).status_code == 303, "the shop may prove another now"


def test_another_business_s_is_not_found(hung: FlaskClient, cast: Cast, account: int) -> None:
    assert hung.get(path(cast.tu.business, account)).status_code == 404
    assert hung.post(path(cast.tu.business, account), data={"reason": "x"}).status_code == 404


def test_others_find_nothing(app: Flask, cast: Cast, account: int) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, path(cast.theu, account), [cast.lan.person, cast.vy], method=method)
