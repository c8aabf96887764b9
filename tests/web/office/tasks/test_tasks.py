"""The office's long tasks of the last week."""

from flask import Flask
from flask.testing import FlaskClient

from market.base import clock
from market.base.audit import Actor
from market.base.db import transaction
from market.base.jobs.long_tasks import NewTask, ask_for
from market.cli import LONG_WORKS
from market.sellers.previews import REGISTER_PREVIEW
from market.web.base.long_tasks import WORDS
from tests.access import keeps_out
from tests.cast import Cast


def test_the_office_s_own_are_listed_and_no_stall_s(hung: FlaskClient, cast: Cast) -> None:
    assert "không có việc dài nào" in hung.get("/van-phong/viec").text
    for fields in ({"kind": REGISTER_PREVIEW}, {"kind": "stamp_sheet", "stall_id": cast.lan.stall}):
        with transaction() as session:
            new = NewTask(commune_id=cast.commune, **fields)
            ask_for(session, Actor(person_id=cast.hung), new, clock=clock.now)
    page = hung.get("/van-phong/viec").text
    assert page.count("Đọc tệp sổ hộ</strong>") == 1
    assert "Làm tờ tem" not in page
    assert 'href="/van-phong/viec"' in hung.get("/van-phong/so-ho/nhap").text


def test_every_kind_has_words() -> None:
    assert WORDS.keys() == LONG_WORKS.keys()


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/van-phong/viec", [cast.lan.person, cast.vy])
