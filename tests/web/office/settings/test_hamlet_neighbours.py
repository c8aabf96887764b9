"""Which hamlets lie side by side, as an officer ticks them: buyers look for goods there too."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.base.audit import Event
from market.base.db import transaction
from market.places.models import Hamlet, HamletNeighbour
from market.places.queries.neighbours import neighbour_ids
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.elsewhere import far_stall
from tests.pages import hidden, send
from tests.web.office.settings.test_hamlet_merge import bare, merge

FIELD = "beside"


def path_of(hamlet: int) -> str:
    return f"/van-phong/cai-dat/thon/{hamlet}"


@pytest.fixture
def path(cast: Cast) -> str:
    return path_of(cast.mo_doan)


@pytest.fixture
def third(cast: Cast) -> int:
    return further_hamlet(cast, "thôn Xuân Nẻo")


def further_hamlet(cast: Cast, name: str) -> int:
    with transaction() as session:
        return make.make_hamlet(session, session.get_one(make.Commune, cast.commune), name).id


def tick(client: FlaskClient, path: str, *hamlets: object) -> TestResponse:
    return send(client, path, {FIELD: [str(one) for one in hamlets]}, f"{path}/ben-canh")


def beside(session: Session, hamlet: int) -> set[int]:
    session.rollback()
    return neighbour_ids(session, hamlet)


def test_what_is_ticked_of_one_hamlet_stands_at_the_other_too(
    hung: FlaskClient, cast: Cast, session: Session, path: str, third: int
) -> None:
    assert tick(hung, path, cast.nghia_dung, third).status_code == 303
    assert beside(session, cast.mo_doan) == {cast.nghia_dung, third}
    assert beside(session, third) == beside(session, cast.nghia_dung) == {cast.mo_doan}
    page = hung.get(path_of(third)).text
    assert f'value="{cast.mo_doan}" checked' in page
    assert f'value="{cast.nghia_dung}" checked' not in page

    assert tick(hung, path_of(third), cast.nghia_dung).status_code == 303
    assert beside(session, cast.mo_doan) == {cast.nghia_dung}, "taken away at either end"
    assert beside(session, third) == {cast.nghia_dung}


def test_the_same_twice_is_written_once_and_says_so(hung: FlaskClient, cast: Cast, session: Session, path: str) -> None:
    for _ in range(2):
        tick(hung, path, cast.nghia_dung)
    assert "Không có gì thay đổi." in hung.get(path).text
    assert session.scalar(select(func.count(HamletNeighbour.id))) == 1
    assert session.scalar(select(func.count(Event.id)).where(Event.verb == "set_neighbours")) == 1
    tick(hung, path)
    assert beside(session, cast.nghia_dung) == set()


def test_what_is_no_hamlet_beside_it_comes_back_with_a_sentence(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock, path: str
) -> None:
    far_stall(now())
    elsewhere = session.scalars(select(Hamlet.id).where(Hamlet.commune_id != cast.commune)).one()
    for odd in (elsewhere, cast.mo_doan, "x", "99999999999", "-1"):
        answer = tick(hung, path, cast.nghia_dung, odd)
        assert (answer.status_code, "không còn trong danh sách" in answer.text) == (422, True), odd
        assert f'value="{cast.nghia_dung}" checked' in answer.text, "what was ticked stays"
    assert session.scalar(select(func.count(HamletNeighbour.id))) == 0


def test_what_another_officer_ticked_meanwhile_is_named(
    hung: FlaskClient, cast: Cast, session: Session, path: str, third: int
) -> None:
    with transaction() as writing:
        earlier = hung.get(path).text
        make.make_neighbours(writing, writing.get_one(Hamlet, cast.mo_doan), writing.get_one(Hamlet, third))
    typed = {FIELD: [str(cast.nghia_dung)]} | hidden(earlier, "/ben-canh")
    answer = hung.post(f"{path}/ben-canh", data=typed)
    assert (answer.status_code, "thôn bên cạnh" in answer.text) == (409, True)
    assert beside(session, cast.mo_doan) == {third}


def test_a_merged_hamlet_hands_on_what_lay_beside_it(
    hung: FlaskClient, cast: Cast, session: Session, third: int
) -> None:
    """Nghĩa Dũng lies beside Mỗ Đoạn and Xuân Nẻo, and becomes a part of Mỗ Đoạn, which lies beside a fourth."""
    fourth = further_hamlet(cast, "thôn Đông Lâm")
    tick(hung, path_of(cast.nghia_dung), cast.mo_doan, third)
    tick(hung, path_of(cast.mo_doan), cast.nghia_dung, fourth)
    into = f"{path_of(cast.nghia_dung)}/gop?vao={cast.mo_doan}"
    assert bare(into) != into
    assert merge(hung, into, {"source": "Nghị quyết 15"}).status_code == 303
    assert beside(session, cast.mo_doan) == {third, fourth}
    assert beside(session, third) == {cast.mo_doan}
    assert beside(session, cast.nghia_dung) == set()
    assert session.scalar(select(func.count(HamletNeighbour.id))) == 2


def test_a_pair_stands_once_and_within_one_commune(cast: Cast, session: Session, now: Clock) -> None:
    far_stall(now())
    elsewhere = session.scalars(select(Hamlet.id).where(Hamlet.commune_id != cast.commune)).one()
    first, second = sorted((cast.mo_doan, cast.nghia_dung))
    for one, other in ((second, first), (first, first), (first, elsewhere)):
        with pytest.raises(IntegrityError), transaction() as writing:
            writing.add(HamletNeighbour(commune_id=cast.commune, hamlet_id=one, neighbour_id=other))


def test_others_find_nothing(app: Flask, cast: Cast, path: str) -> None:
    assert keeps_out(app, f"{path}/ben-canh", [cast.lan.person, cast.vy], method="POST")
