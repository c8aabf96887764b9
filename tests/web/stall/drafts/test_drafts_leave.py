"""A tick of the seller's own, and what she prepared goes up by itself once the commune has verified her."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.retention import apply_rules
from market.catalog import jobs
from market.catalog.models import Product, ProductState
from market.sellers.actions import claim_business
from market.sellers.models import ListingLeave
from market.sellers.retention import RULES
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import on_both
from tests.pages import send
from tests.web.stall.drafts.test_account_draft import mai, verify
from tests.web.stall.drafts.test_drafts import DRAFTS, drafted, goods

__all__ = ["mai"]

LEAVE = f"{DRAFTS}/tu-dang"


def leaves() -> list[ListingLeave]:
    reading().expire_all()
    return list(reading().scalars(select(ListingLeave)))


def states(name: str = "Cà chua bi") -> list[ProductState]:
    reading().expire_all()
    return list(reading().scalars(select(Product.state).where(Product.name == name)))


@on_both
def test_what_she_ticked_happens_once_and_waits_for_the_office_like_any_new_goods(
    mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    send(mai, f"{DRAFTS}/moi", goods())
    assert "chợ không tự đăng" in mai.get(DRAFTS).text
    for _ in range(2):
        assert mai.post(LEAVE, data={"is_given": "y"}).status_code == 303
    assert len(leaves()) == 1
    assert "như bạn đã chọn" in mai.get(DRAFTS).text
    assert (jobs.list_drafts_by_leave(now()), states()) == (0, [])
    verify(cast, now)
    assert [jobs.list_drafts_by_leave(now()) for _ in range(2)] == [1, 0]
    assert states() == [ProductState.PENDING]
    assert (drafted(cast.mai), leaves()) == ([], [])


def stall_page(mai: FlaskClient) -> str:
    """Her stall's first page, to which her desk leads."""
    return mai.get(mai.get("/ban-hang").location).text


def test_what_went_up_by_itself_is_news_to_its_seller_once(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    for name in ("Cà chua bi", "Ớt hiểm"):
        send(mai, f"{DRAFTS}/moi", goods(name=name))
    mai.post(LEAVE, data={"is_given": "y"})
    verify(cast, now)
    assert "soạn sẵn: " not in stall_page(mai)
    for _ in range(2):
        jobs.list_drafts_by_leave(now())
    page = stall_page(mai)
    told = "Như bạn đã chọn, chợ đăng 2 món bạn soạn sẵn: Cà chua bi, Ớt hiểm. Xã xem xong thì khách mới thấy."
    assert page.count(f"<span>{told}</span>") == 1
    [link] = re.findall(f'href="([^"]+)">Xem<span class="sr">: {re.escape(told)}', page)
    assert all(f"{name}</" in mai.get(link).text for name in ("Cà chua bi", "Ớt hiểm"))
    stall = mai.get("/ban-hang").location
    last = re.findall(r'name="den" value="(\d+)"', page)[0]
    assert mai.post(re.findall(r'action="([^"]+/tin)"', page)[0], data={"den": last}).status_code == 303
    assert told not in mai.get(stall).text


def test_many_names_are_counted(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    for number in range(7):
        send(mai, f"{DRAFTS}/moi", goods(name=f"Rau {number}"))
    mai.post(LEAVE, data={"is_given": "y"})
    verify(cast, now)
    jobs.list_drafts_by_leave(now())
    assert "chợ đăng 7 món bạn soạn sẵn: Rau 0, Rau 1, Rau 2, Rau 3, Rau 4 và 2 món nữa." in stall_page(mai)


def test_where_nothing_was_prepared_there_is_no_news(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    mai.post(LEAVE, data={"is_given": "y"})
    verify(cast, now)
    jobs.list_drafts_by_leave(now())
    assert (leaves(), "soạn sẵn: " in stall_page(mai)) == ([], False)


@on_both
def test_without_the_tick_nothing_goes_up_by_itself(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    send(mai, f"{DRAFTS}/moi", goods())
    mai.post(LEAVE, data={"is_given": "y"})
    mai.post(LEAVE, data={})
    assert leaves() == []
    verify(cast, now)
    now.move(days=1)
    assert (jobs.list_drafts_by_leave(now()), states(), len(drafted(cast.mai))) == (0, [], 1)


def test_a_stall_of_before_is_not_the_one_that_was_waited_for(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """Bà Lan sells already, and waits for another business."""
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.lan.person), cast.commune, cast.theu, now=now())
    sign_in(client, cast.lan.person, now())
    send(client, f"{DRAFTS}/moi", goods())
    now.move(minutes=5)
    client.post(LEAVE, data={"is_given": "y"})
    assert (jobs.list_drafts_by_leave(now()), states(), len(leaves())) == (0, [], 1)


def test_what_cannot_go_up_waits_for_her_tap_and_is_tried_once(
    mai: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> object:
        raise Refused("too_many", "Gian đã đủ hàng.")

    send(mai, f"{DRAFTS}/moi", goods())
    mai.post(LEAVE, data={"is_given": "y"})
    verify(cast, now)
    monkeypatch.setattr("market.catalog.actions.drafts.list_product", refuse)
    assert jobs.list_drafts_by_leave(now()) == 0
    assert (leaves(), states(), len(drafted(cast.mai))) == ([], [], 1)
    page = stall_page(mai)
    assert "Chợ chưa tự đăng được hàng bạn soạn sẵn: Gian đã đủ hàng. Hàng còn nguyên, mời bạn bấm Đăng bán." in page
    assert "Đăng bán 1 món này" in page


def test_who_waits_for_nothing_gives_no_leave(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.stranger, now())
    assert client.post(LEAVE, data={"is_given": "y"}).status_code == 422
    assert app.test_client().post(LEAVE, data={"is_given": "y"}).status_code == 303
    assert leaves() == []


def test_a_leave_that_nothing_came_of_is_forgotten_after_half_a_year(mai: FlaskClient, now: Clock) -> None:
    mai.post(LEAVE, data={"is_given": "y"})
    now.move(days=181)
    apply_rules(RULES, now())
    assert leaves() == []
