"""The office's list of hamlets (office 9): one is added, and every other page knows it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import Commune, Hamlet
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.events import events_of
from tests.pages import send

PATH = "/van-phong/cai-dat/thon"


def test_a_hamlet_that_is_added_is_offered_wherever_one_is_chosen(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    assert [send(hung, PATH, {"name": "thôn Đông Phong"}).status_code for _ in range(2)] == [303, 303]

    added = session.scalars(select(Hamlet).where(Hamlet.name == "thôn Đông Phong")).one()
    assert [event.verb for event in events_of(session, "hamlet", added.id)] == ["add_hamlet"], "twice is once"
    for page in (PATH, "/van-phong/so-ho", "/van-phong/so-ho/moi", "/van-phong/cai-dat/diem-nhan/moi"):
        assert "thôn Đông Phong" in hung.get(page).text, page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("  ", "Mời viết tên thôn."),
        ("thôn", "Xã đã có"),
        ("Khu Mỗ Đoạn", "Xã đã có thôn Mỗ Đoạn"),
        ("mo doan", "Xã đã có thôn Mỗ Đoạn"),
        ("Thôn  Mỗ Đoạn", ""),
        ("x" * 61, "Viết gọn trong 60 chữ."),
    ],
)
def test_two_that_no_spreadsheet_tells_apart_are_not_two(
    hung: FlaskClient, cast: Cast, session: Session, name: str, sentence: str
) -> None:
    before = session.scalar(select(func.count(Hamlet.id)))
    page = send(hung, PATH, {"name": name, "source": "NQ 12"})
    if sentence and name != "thôn":
        assert (sentence in page.text, "NQ 12" in page.text) == (True, True)
    if name != "thôn":
        assert session.scalar(select(func.count(Hamlet.id))) == before


def test_others_find_no_hamlets(app: Flask, cast: Cast) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, PATH, [cast.lan.person, cast.vy, cast.stranger], method=method)


def test_many_hamlets_stand_a_page_at_a_time(hung: FlaskClient, cast: Cast) -> None:
    """A ward has more than a hundred; each is found, to be changed and to be merged into."""
    with transaction() as session:
        commune = session.get_one(Commune, cast.commune)
        for number in range(70):
            make.make_hamlet(session, commune, f"Tổ dân phố số {number:03} Nguyễn Bỉnh Khiêm")
    for path in ("/van-phong/cai-dat/thon", f"/van-phong/cai-dat/thon/{cast.mo_doan}/gop"):
        pages = [hung.get(f"{path}?page={number}").text for number in (1, 2, 3)]
        assert [page.count('<li><a class="row"') for page in pages][:2] == [30, 30], path
        told = [name for page in pages for name in re.findall(r"Tổ dân phố số (\d+)", page)]
        assert sorted(map(int, told)) == list(range(70)), path
