"""An account on another platform is entered with its proof (office 9: counted in A1, yet only from seeds)."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import PlatformAccount
from market.adoption.queries import board_of
from market.adoption.rules.platforms import shop_name
from market.base.db import transaction
from market.sellers.models import BusinessMember, ClaimState
from market.values.period import local_day
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.pages import send


def path(business: int) -> str:
    return f"/van-phong/so-ho/{business}/san"


def said(**fields: str) -> dict[str, str]:
    return {"platform": "lazada", "shop": "Thêu Xuân Nẻo", "proof": "Xem trang quản lý, ảnh hồ sơ 12"} | fields


def with_account(cast: Cast, now: Clock, days_ago: int = 0) -> int:
    with transaction() as session:
        day = local_day(now()) - timedelta(days=days_ago)
        return board_of(session, cast.commune, day, known_at=now()).figure.with_account


def test_a_seen_account_counts_from_its_day_on(hung: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    now.move(days=2)
    make.sign_in(hung, cast.hung, now())
    before, yesterday = with_account(cast, now), with_account(cast, now, days_ago=1)
    assert [send(hung, path(cast.theu), said()).status_code for _ in range(2)] == [303, 303]

    kept = session.scalars(select(PlatformAccount)).one()
    assert (kept.shop, kept.checked_by, kept.proof) == ("thêu xuân nẻo", cast.hung, said()["proof"])
    assert (with_account(cast, now), with_account(cast, now, days_ago=1)) == (before + 1, yesterday)
    assert events_of(session, "business", cast.theu)[-1].verb == "record_account"
    page = hung.get(f"/van-phong/so-ho/{cast.theu}").text
    assert "thêu xuân nẻo" in page
    assert "Xem trang quản lý, ảnh hồ sơ 12" in page


@pytest.mark.parametrize("typed", ["thêu xuân nẻo", "@Thêu Xuân Nẻo", "https://www.san.vn/Thêu Xuân Nẻo?a=1"])
def test_one_shop_proves_one_business(hung: FlaskClient, cast: Cast, session: Session, typed: str) -> None:
    """However its name is typed: else ten households count by one shop."""
    send(hung, path(cast.theu), said())
    page = send(hung, path(cast.tu.business), said(shop=typed))
    assert page.status_code == 409 or page.status_code == 422
    assert "đã ghi cho Tranh thêu Xuân Nẻo cô Thêu" in page.text
    assert len(session.scalars(select(PlatformAccount)).all()) == 1


def test_another_shop_of_the_same_platform_waits_until_the_first_has_ended(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    send(hung, path(cast.theu), said())
    page = send(hung, path(cast.theu), said(shop="gian mới"))
    assert "Sổ đã có gian thêu xuân nẻo" in page.text
    assert "gian mới" in page.text, "what was typed stays"
    assert send(hung, path(cast.theu), said(platform="postmart")).status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("platform", "", "Mời chọn sàn."),
        ("platform", "cho_so", "Mời chọn một mục trong danh sách."),
        ("shop", " ", "Mời ghi tên gian hàng."),
        ("shop", "https://", "Mời ghi tên hoặc địa chỉ gian hàng"),
        ("proof", "", "Mời ghi bằng chứng đã xem."),
    ],
)
def test_what_is_wrong_is_said(
    hung: FlaskClient, cast: Cast, session: Session, field: str, typed: str, sentence: str
) -> None:
    page = send(hung, path(cast.theu), said(**{field: typed}))
    assert (page.status_code, sentence in page.text) == (422, True)
    assert session.scalars(select(PlatformAccount)).all() == []


def test_an_officer_proves_no_business_of_their_own(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        own = {"business_id": cast.theu, "person_id": cast.hung, "state": ClaimState.CONFIRMED}
        writing.add(BusinessMember(**own, claimed_at=now()))
    page = send(hung, path(cast.theu), said())
    assert "Mời cán bộ khác xem và ghi" in page.text
    assert session.scalars(select(PlatformAccount)).all() == []


def test_a_shop_s_name_is_what_is_left_of_its_address() -> None:
    for typed in ("https://san.vn/shop/TheuXuanNeo/", "@theuxuanneo", "m.san.com/@TheuXuanNeo#x", " theuxuanneo "):
        assert shop_name(typed) == "theuxuanneo", typed
    assert shop_name("theuxuanneo.vidu") == "theuxuanneo.vidu"


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, path(cast.lan.business), [cast.lan.person, cast.vy], method=method)
