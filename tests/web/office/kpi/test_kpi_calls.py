"""Whom the week's random sample wants called: in its order, until they are reached."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.jobs import draw_samples
from market.adoption.models import CallDraw
from market.base.db import transaction
from market.orders.models import Contact, Order
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send
from tests.queries import counting

CALLS = "/van-phong/chi-tieu/goi"
DAY = date(2026, 11, 20)


@pytest.fixture
def drawn(cast: Cast, now: Clock, session: Session) -> list[str]:
    """The codes of what this week's sample drew, in its order."""
    with transaction() as writing:
        for number, seller in enumerate((cast.lan, cast.htx, cast.tu)):
            sell(writing, cast.commune, seller, Sold(on=DAY, is_confirmed=True, phone=f"0900 000 55{number}"))
    draw_samples(now())
    query = select(Order.code).join(CallDraw, CallDraw.order_id == Order.id).order_by(CallDraw.rank)
    return list(session.scalars(query))


def test_who_is_next_stands_with_what_they_bought_and_their_phone(hung: FlaskClient, drawn: list[str]) -> None:
    page = hung.get(CALLS).text
    assert [page.index(code) for code in drawn] == sorted(page.index(code) for code in drawn)
    assert len(drawn) == 3
    for number in range(3):
        assert f'href="tel:+8490000055{number}"' in page
    assert "Rút trong tuần từ 23/11/2026" in page


def test_who_was_reached_is_gone_and_who_did_not_answer_stays_with_the_tries(
    hung: FlaskClient, drawn: list[str]
) -> None:
    for code, outcome in zip(drawn, ("dung_la_mua", "khong_nghe"), strict=False):
        path = f"/van-phong/chi-tieu/don/{code}"
        assert send(hung, path, {"outcome": outcome, "note": ""}, f"{path}/goi").status_code == 303
    page = hung.get(CALLS).text
    assert drawn[0] not in page
    assert "đã gọi 1 lần, chưa ai nghe" in page
    assert "rút ngẫu nhiên trong tuần" in hung.get(f"/van-phong/chi-tieu/don/{drawn[1]}").text


def test_the_list_is_told_a_page_at_a_time(
    hung: FlaskClient, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.adoption.queries.calling.PAGE", 2)
    first, second = hung.get(CALLS).text, hung.get(f"{CALLS}?page=2").text
    assert [code in first for code in drawn] == [True, True, False]
    assert [code in second for code in drawn] == [False, False, True]
    assert f'href="{CALLS}?page=2"' in first
    assert "Trang sau" not in second


def test_nobody_to_call_is_said_and_so_is_an_erased_buyer_left_out(
    hung: FlaskClient, drawn: list[str], now: Clock
) -> None:
    with transaction() as writing:
        for contact in writing.scalars(select(Contact)):
            contact.erased_at = now()
    page = hung.get(CALLS).text
    assert "Tuần này đã gọi xong" in page
    assert "0900 000 55" not in page


def test_only_officers_see_whom_to_call(client: FlaskClient, cast: Cast, now: Clock, drawn: list[str]) -> None:
    assert client.get(CALLS).status_code == 303
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert client.get(CALLS).status_code == 404


def test_the_list_asks_as_much_of_many_as_of_few(hung: FlaskClient, drawn: list[str]) -> None:
    hung.get(CALLS)
    with counting() as many:
        hung.get(CALLS)
    with transaction() as writing:
        for contact in writing.scalars(select(Contact).order_by(Contact.id).offset(1)):
            contact.erased_at = contact.device_forgotten_at = writing.scalars(select(CallDraw.drawn_at)).first()
    with counting() as one:
        hung.get(CALLS)
    assert len(one) == len(many)
