"""A hamlet becomes a part of another: all that stands on it goes along, figures of past days stay (office 9, 13)."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.adoption import queries
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict
from market.places.models import Hamlet, PickupPoint
from market.sellers.actions import NewBusiness, add_business
from market.sellers.models import (
    AnswerAbout,
    Business,
    BusinessKind,
    BusinessProposal,
    ClaimState,
    Post,
    PostRole,
    RegisterAnswer,
)
from market.sellers.queries import history_of
from market.sellers.queries.imports import beside
from market.values.period import local_day
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, send
from tests.web.base.world import plain_row


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/van-phong/cai-dat/thon/{cast.nghia_dung}/gop?vao={cast.mo_doan}"


def bare(path: str) -> str:
    return path.partition("?")[0]


def merge(client: FlaskClient, path: str, typed: dict[str, str]) -> TestResponse:
    return send(client, path, typed, bare(path))


def shares(cast: Cast, days_ago: int, now: Clock) -> dict[int, int]:
    with transaction() as session:
        at = now()
        figure = queries.board_of(session, cast.commune, local_day(at) - timedelta(days=days_ago), known_at=at).figure
        return {hamlet: share.whole for hamlet, share in figure.by_hamlet().items()}


def test_what_stood_there_moves_and_figures_of_past_days_stay(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, path: str
) -> None:
    now.move(days=3)
    make.sign_in(hung, cast.hung, now())
    before = shares(cast, 1, now)
    with transaction() as writing:
        proposal = plain_row(
            writing,
            BusinessProposal,
            now(),
            commune_id=cast.commune,
            person_id=cast.mai,
            hamlet_id=cast.nghia_dung,
            state=ClaimState.PENDING,
        ).id
        said = {"commune_id": cast.commune, "about": AnswerAbout.HAMLET, "said": "lang dung"}
        plain_row(writing, RegisterAnswer, now(), meaning=str(cast.nghia_dung), **said)
    page = hung.get(path).text
    assert "Gộp thôn Nghĩa Dũng vào thôn Mỗ Đoạn?" in page
    assert "Số cơ sở" in page

    assert merge(hung, path, {"source": "Nghị quyết 15"}).status_code == 303

    assert shares(cast, 1, now) == before, "yesterday reads as it was reported"
    assert shares(cast, 0, now) == {cast.mo_doan: sum(before.values())}
    assert {one.hamlet_id for one in session.scalars(select(Business))} == {cast.mo_doan}
    assert session.get_one(PickupPoint, cast.pickup).hamlet_id == cast.mo_doan
    assert session.scalars(select(Post.hamlet_id).where(Post.role == PostRole.HELPER)).one() == cast.mo_doan
    assert session.get_one(BusinessProposal, proposal).hamlet_id == cast.mo_doan
    names = beside(session, cast.commune).names
    assert [names.find(text) for text in ("Nghĩa Dũng", "thôn Nghĩa Dũng, xã Đại Sơn", "lang dung")] == [
        cast.mo_doan
    ] * 3
    business = hung.get(f"/van-phong/so-ho/{cast.lan.business}").text
    assert "Nghị quyết 15: thôn Nghĩa Dũng gộp vào thôn Mỗ Đoạn" in business
    assert business.count("thôn Nghĩa Dũng") > 1, "its history names the hamlet of before"
    assert "thôn Nghĩa Dũng, nay là một phần của thôn Mỗ Đoạn" in hung.get("/van-phong/cai-dat/thon").text
    assert "thôn Nghĩa Dũng" not in hung.get("/van-phong/so-ho/moi").text
    assert hung.get(f"/van-phong/cai-dat/thon/{cast.nghia_dung}").status_code == 404
    assert "thôn Mỗ Đoạn" in hung.get(f"/van-phong/so-ho?hamlet={cast.nghia_dung}").text, "an address of before"


def test_who_serves_both_hamlets_serves_once(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, path: str
) -> None:
    with transaction() as writing:
        vy = writing.get_one(make.Person, cast.vy)
        make.make_post(writing, vy, PostRole.HELPER, writing.get_one(Hamlet, cast.mo_doan), now())

    merge(hung, path, {"source": "Nghị quyết 15"})

    held = session.scalars(select(Post).where(Post.person_id == cast.vy, Post.ends_on.is_(None))).all()
    assert [post.hamlet_id for post in held] == [cast.mo_doan]


def test_a_merge_is_asked_about_and_rests_on_what_was_seen(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, path: str
) -> None:
    assert "Gộp vào thôn nào?" in hung.get(bare(path)).text
    assert hung.post(bare(path), data={"source": "NQ"}).status_code in (200, 422), "into none is into nowhere"
    assert merge(hung, path, {"source": ""}).status_code == 422
    loaded = hidden(hung.get(path).text, bare(path))
    with transaction() as writing:
        make.make_business(writing, writing.get_one(Hamlet, cast.nghia_dung), "Hộ mới ghi", now())

    page = hung.post(bare(path), data=loaded | {"source": "NQ"})

    assert page.status_code == 409
    assert "số cơ sở" in page.text
    assert session.get_one(Hamlet, cast.nghia_dung).is_active


def test_the_same_twice_is_once_and_a_name_taken_again_is_a_hamlet_again(
    hung: FlaskClient, cast: Cast, session: Session, path: str
) -> None:
    loaded = hidden(hung.get(path).text, bare(path)) | {"source": "NQ"}
    assert hung.post(bare(path), data=loaded).status_code == 303
    assert hung.post(bare(path), data=loaded).status_code == 303
    assert len(history_of(session, cast.lan.business)) == 2

    assert send(hung, "/van-phong/cai-dat/thon", {"name": "thôn Nghĩa Dũng"}).status_code == 303
    session.expire_all()
    again = session.get_one(Hamlet, cast.nghia_dung)
    assert (again.is_active, again.merged_into) == (True, None)
    assert beside(session, cast.commune).names.find("Nghĩa Dũng") == cast.nghia_dung


def test_a_page_that_was_open_meanwhile_writes_nobody_into_a_hamlet_that_is_none(
    hung: FlaskClient, cast: Cast, path: str, now: Clock
) -> None:
    merge(hung, path, {"source": "NQ"})
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.nghia_dung,
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        name="Hộ muộn",
        valid_from=local_day(now()),
        source="thôn báo",
    )
    with pytest.raises(Conflict, match="thôn Nghĩa Dũng đã gộp vào thôn Mỗ Đoạn"), transaction() as writing:
        add_business(writing, Actor(person_id=cast.hung), new, now=now())


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy], method=method)
