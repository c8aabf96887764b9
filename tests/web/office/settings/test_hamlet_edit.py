"""A hamlet is renamed, and the names it had are still understood (office 9: a renamed one became two)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.jobs import keep_search
from market.places.models import Hamlet
from market.sellers.models import Business
from market.sellers.queries.imports import beside
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, send


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/van-phong/cai-dat/thon/{cast.mo_doan}"


def means(session: Session, cast: Cast, text: str) -> int:
    session.expire_all()
    return beside(session, cast.commune).names.find(text)


def test_a_renamed_hamlet_stays_the_same_and_answers_to_both_names(
    hung: FlaskClient, cast: Cast, session: Session, path: str
) -> None:
    assert send(hung, path, {"name": "thôn Mỗ Đoạn Mới", "source": "Nghị quyết 12"}).status_code == 303

    assert session.get_one(Business, cast.htx.business).hamlet.name == "thôn Mỗ Đoạn Mới"
    for written in ("Mỗ Đoạn", "T. Mỗ Đoạn", "Xóm 2, thôn Mỗ Đoạn, xã Đại Sơn", "thôn mo doan moi"):
        assert means(session, cast, written) == cast.mo_doan, written
    page = hung.get(path).text
    assert "thôn Mỗ Đoạn</li>" in page
    assert "thôn Mỗ Đoạn Mới" in hung.get("/van-phong/so-ho").text


def test_goods_are_found_by_the_hamlet_s_new_name(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, path: str
) -> None:
    send(hung, path, {"name": "thôn Phong Lâm"})
    keep_search(now())
    assert "Rươi tươi" in app.test_client().get("/tim?q=phong lâm").text


def test_a_longer_address_that_says_the_old_name_is_understood(
    hung: FlaskClient, cast: Cast, session: Session, path: str
) -> None:
    send(hung, path, {"name": "thôn Phong Lâm"})
    assert means(session, cast, "nhà số 5 gần đình Mỗ Đoạn") == cast.mo_doan


def test_the_name_of_another_is_refused_and_what_was_typed_stays(
    hung: FlaskClient, cast: Cast, session: Session, path: str
) -> None:
    page = send(hung, path, {"name": "thôn Nghĩa Dũng", "source": "QĐ 3"})
    assert (page.status_code, "Xã đã có thôn Nghĩa Dũng" in page.text, "QĐ 3" in page.text) == (422, True, True)
    assert session.get_one(Hamlet, cast.mo_doan).name == "thôn Mỗ Đoạn"


def test_what_another_officer_renamed_meanwhile_is_shown_first(hung: FlaskClient, cast: Cast, path: str) -> None:
    unseen = hidden(hung.get(path).text, path)
    with transaction() as writing:
        writing.get_one(Hamlet, cast.mo_doan).name = "thôn Mỗ"

    page = hung.post(path, data=unseen | {"name": "thôn Đoạn"})

    assert page.status_code == 409
    assert "tên thôn (nay là thôn Mỗ)" in page.text


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy], method=method)
