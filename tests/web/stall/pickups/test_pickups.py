"""The keeper's list: what waits at their points, without a phone number, an address or an amount."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import PostRole
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.queries import counting
from tests.web.shop.buying import buy
from tests.web.stall.steps import path


@pytest.fixture
def keeper(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    """The stranger, who keeps thôn Nghĩa Dũng's point."""
    with transaction() as session:
        person, hamlet = session.get_one(Person, cast.stranger), session.get_one(Hamlet, cast.nghia_dung)
        make.make_post(session, person, PostRole.KEEPER, hamlet, now())
    phone = app.test_client()
    sign_in(phone, cast.stranger, now(), visitor="bao-phone")
    return phone


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def put_at_point(client: FlaskClient, lan: FlaskClient, cast: Cast, **who: str) -> str:
    """An order that bà Lan has brought to the point."""
    code = buy(client, cast.dau_xanh, "2", point=str(cast.pickup), **who)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    assert lan.post(path(cast, code, "san-sang")).status_code == 303
    return code


def test_what_waits_is_listed_by_its_buyers_name(
    client: FlaskClient, keeper: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    assert "Chưa có hàng chờ lấy" in keeper.get("/diem-nhan").text
    code = put_at_point(client, lan, cast)

    page = keeper.get("/diem-nhan").text
    assert f'href="/diem-nhan/{code}"' in page
    assert "Vũ Thị Mai" in page
    for secret in ("0900 000 021", "90.000"):
        assert secret not in page
    assert 'href="/diem-nhan"' in keeper.get("/tai-khoan").text


def test_a_long_list_is_paged_and_costs_as_little(
    client: FlaskClient, keeper: FlaskClient, lan: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the given name: An comes before Bình, in whichever order they bought."""
    binh = put_at_point(client, lan, cast, name="Nguyễn Thị Bình")
    an = put_at_point(client, lan, cast, name="Vũ Văn An")
    with counting() as whole:
        page = keeper.get("/diem-nhan").text
    assert page.index(an) < page.index(binh)
    monkeypatch.setattr(
        "market.orders.queries.pickups.pickups_at.__kwdefaults__", {"stall_slug": None, "after": 0, "most": 1}
    )
    with counting() as first:
        page = keeper.get("/diem-nhan").text
    assert len(first) == len(whole) <= 8
    assert (an in page, binh in page) == (False, True)
    following = page.split('href="/diem-nhan?sau=')[1].split('"')[0]
    page = keeper.get(f"/diem-nhan?sau={following}").text
    assert (an in page, binh in page, "Về đầu danh sách" in page) == (True, False, True)


@pytest.mark.parametrize("typed", ["binh", "Bình", "nguyễn thị"])
def test_a_buyer_is_found_by_a_part_of_their_name(
    client: FlaskClient, keeper: FlaskClient, lan: FlaskClient, cast: Cast, typed: str
) -> None:
    binh = put_at_point(client, lan, cast, name="Nguyễn Thị Bình")
    an = put_at_point(client, lan, cast, name="Vũ Văn An")
    page = keeper.get("/diem-nhan", query_string={"tim": typed}).text
    assert (an in page, binh in page) == (False, True)
    page = keeper.get("/diem-nhan", query_string={"tim": an.lower()}).text
    assert (an in page, binh in page) == (True, False)
    assert "Không thấy khách nào tên" in keeper.get("/diem-nhan?tim=!!").text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/diem-nhan", [cast.lan.person, cast.vy, cast.hung, cast.mai])
