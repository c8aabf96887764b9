"""Hôm nay: what a seller must answer, what came in, what is nearly gone, what to do first."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import vault
from market.catalog.actions import moderation
from market.catalog.models import ProductState, Variant
from market.notices.models import Notice
from market.orders.rules import PayChoice
from market.payments.actions import open_requests
from market.sellers.models import Business, Stall, WaitingChange
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import order_row, place, wanted
from tests.pages import hidden, press, send
from tests.payments.steps import buy, notice
from tests.queries import counting
from tests.sellers.changing import pass_a_day
from tests.web.base.world import change


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def test_the_orders_to_answer_have_their_buttons_right_there(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    code = order_row(place(cast.commune, wanted(cast.dau_xanh, 2000, point=cast.pickup), now=now()).order_ids[0]).code
    place(cast.commune, wanted(cast.gao_nep), now=now())
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "1 đơn" in page
    assert "Vũ Thị Mai · 1 món" in page
    assert "Đậu xanh 2\u00a0kg" in page
    assert "Nhà văn hóa thôn Nghĩa Dũng" in page
    assert f'action="/ban-hang/{cast.lan.slug}/don/{code}/nhan"' in page
    assert f'href="/ban-hang/{cast.lan.slug}/don/{code}/tu-choi"' in page
    assert '<span class="count">1</span>' in page
    assert "Gạo nếp" not in page
    answer = press(lan, f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don/{code}/nhan")
    assert (answer.status_code, answer.location) == (303, f"/ban-hang/{cast.lan.slug}")
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "0 đơn" in page
    assert "Đang chuẩn bị" in page


def test_money_that_came_in_since_the_day_was_opened_is_shown_first(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    desk = f"/ban-hang/{cast.lan.slug}"
    shown = hidden(lan.get(desk).text, f"{desk}/don/{order.code}/nhan")
    notice(1, 5_000, order.code, now())
    answer = lan.post(f"{desk}/don/{order.code}/nhan", data=shown)
    assert answer.status_code == 409
    assert "tiền đã vào (nay là 5.000\u00a0₫)" in answer.text
    assert "Đã có 5.000\u00a0₫ vào." in lan.get(desk).text
    assert press(lan, desk, f"{desk}/don/{order.code}/nhan").location == desk


def test_an_order_past_its_time_is_no_longer_asked_about(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh), now=now())
    now.move(hours=12)
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "0 đơn" in page
    assert '<span class="count">' not in page


def test_goods_nearly_gone_are_named(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "Đậu xanh: còn 5\u00a0kg" in page
    assert "Rau muống" not in page
    place(cast.commune, wanted(cast.dau_xanh, 5000), now=now())
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert ">Hết<" in page


def test_money_that_waits_is_told(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order_id = place(cast.commune, wanted(cast.dau_xanh, 2000, pay=PayChoice.TRANSFER), now=now()).order_ids[0]
    with transaction() as session:
        open_requests(session, [order_id], now=now())
    press(lan, f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don/{order_row(order_id).code}/nhan")
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "90.000" in page
    assert "Chờ tiền" in page


def test_a_stall_without_goods_is_told_the_first_step(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        stall = make.make_stall(
            session,
            session.get_one(Business, cast.theu),
            session.get_one(Person, cast.stranger),
            session.get_one(Person, cast.hung),
            now(),
        )
        slug = stall.slug
    sign_in(client, cast.stranger, now())
    assert "Đăng món đầu tiên" in client.get(f"/ban-hang/{slug}").text


def office_says(cast: Cast, now: Clock) -> int:
    """The office refuses one listing of bà Lan, takes another down and approves one of anh Tư; returns the refused."""
    hung = Actor(person_id=cast.hung)
    with transaction() as session:
        stall = session.get_one(Stall, cast.lan.stall)
        waits = {"state": ProductState.PENDING}
        refused = make.make_product(session, stall, "Mồng tơi", now(), **waits).product_id
        others = make.make_product(session, session.get_one(Stall, cast.tu.stall), "Cà ra", now(), **waits).product_id
        taken = session.get_one(Variant, cast.rau_muong).product_id
    with transaction() as session:
        moderation.refuse_product(session, hung, shelf.seen(cast.commune, refused), "Ảnh mờ quá", clock=now)
        moderation.take_down_product(session, hung, cast.commune, taken, "Có người báo rau héo", clock=now)
        moderation.approve_product(session, hung, shelf.seen(cast.commune, others), clock=now)
    return refused


def test_what_the_office_answered_stands_there_until_it_is_read(
    lan: FlaskClient, app: Flask, cast: Cast, now: Clock
) -> None:
    home = f"/ban-hang/{cast.lan.slug}"
    assert "Tin từ xã" not in lan.get(home).text
    refused = office_says(cast, now)
    page = lan.get(home).text
    assert "Xã chưa duyệt Mồng tơi: Ảnh mờ quá" in page
    assert "Xã đã gỡ Rau muống khỏi chợ: Có người báo rau héo" in page
    assert f'href="{home}/san-pham/{refused}"' in page
    assert "Cà ra" not in page
    last = re.search(r'name="den" value="(\d+)"', page)
    assert last
    for wrong in ("0", "x", str(int(last[1]) - 100)):
        lan.post(f"{home}/tin", data={"den": wrong})
    assert "Ảnh mờ quá" in lan.get(home).text
    for _ in range(2):
        assert lan.post(f"{home}/tin", data={"den": last[1]}).location == home
    assert "Tin từ xã" not in lan.get(home).text
    tu = app.test_client()
    sign_in(tu, cast.tu.person, now(), visitor="tu-phone")
    assert "Xã đã duyệt Cà ra để bán trên chợ." in tu.get(f"/ban-hang/{cast.tu.slug}").text


def test_a_listing_decided_twice_is_told_twice(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    refused, home, hung = office_says(cast, now), f"/ban-hang/{cast.lan.slug}", Actor(person_id=cast.hung)
    edit = f"{home}/san-pham/{refused}"
    assert press(lan, edit, edit, name="Mồng tơi", price="20k", unit="kg", pack_unit="kg").status_code == 303
    now.move(hours=1)
    with transaction() as session:
        moderation.refuse_product(session, hung, shelf.seen(cast.commune, refused), "Vẫn mờ", clock=now)
    page = lan.get(home).text
    assert "Ảnh mờ quá" in page
    assert "Vẫn mờ" in page


def test_a_helper_reads_the_news_and_leaves_it_for_the_seller(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    office_says(cast, now)
    shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    home = f"/ban-hang/{cast.lan.slug}"
    page = client.get(home).text
    assert "Ảnh mờ quá" in page
    assert "Đã rõ" not in page
    client.post(f"{home}/tin", data={"den": "999999"})
    unread = select(func.count()).select_from(Notice).where(Notice.seen_at.is_(None), Notice.order_id.is_(None))
    assert session.scalar(unread) == 3


def test_only_the_stalls_own_people_see_it(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    path = f"/ban-hang/{cast.lan.slug}"
    assert client.get(path).status_code == 303
    for person in (cast.stranger, cast.htx.person, cast.vy, cast.hung):
        other = app.test_client()
        sign_in(other, person, now(), visitor=f"phone-{person}")
        assert other.get(path).status_code == 404


def test_the_page_takes_few_statements_whatever_waits(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    for _ in range(3):
        place(cast.commune, wanted(cast.rau_muong), now=now())
    with counting() as seen:
        lan.get(f"/ban-hang/{cast.lan.slug}")
    assert len(seen) <= 18, "\n".join(seen)


def test_a_change_to_their_money_is_stopped_with_one_tap_on_any_device(
    app: Flask, cast: Cast, session: Session, now: Clock
) -> None:
    """Also on a phone that a helper has used: to stop takes nothing from anybody."""
    desk = f"/ban-hang/{cast.lan.slug}"
    account = {"bin": "970422", "number": "0900000013", "holder": "Phạm Thị Lan"}
    elsewhere, lan = app.test_client(), app.test_client()
    sign_in(elsewhere, cast.lan.person, now())
    send(elsewhere, f"{desk}/tai-khoan-nhan-tien", account)
    sign_in(app.test_client(), cast.vy, now(), visitor="shared")
    sign_in(lan, cast.lan.person, now(), visitor="shared")

    page = lan.get(desk).text
    for part in ("Sắp đổi: tài khoản nhận tiền là PHAM THI LAN", "Phạm Thị Lan đề nghị", "Tin từ xã"):
        assert part in page
    stop = f"{desk}/thay-doi/{session.scalars(select(WaitingChange.id)).one()}/dung"
    on_page = hidden(page, stop)
    assert lan.post(stop).status_code == 422
    for _ in range(2):
        assert lan.post(stop, data=on_page).location == desk
    text = lan.get(desk).text
    assert "Sắp đổi: " not in text.partition("Tin từ xã")[0]
    assert "Đã dừng, mọi thứ giữ như cũ: tài khoản nhận tiền là PHAM THI LAN" in text
    assert pass_a_day(now) == 0


def test_what_has_begun_says_so_instead_of_being_stopped(
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    desk = f"/ban-hang/{cast.lan.slug}"
    send(lan, f"{desk}/tai-khoan-nhan-tien", {"bin": "970422", "number": "0900000013", "holder": "Phạm Thị Lan"})
    stop = f"{desk}/thay-doi/{session.scalars(select(WaitingChange.id)).one()}/dung"
    on_page = hidden(lan.get(desk).text, stop)
    pass_a_day(now)
    answer = lan.post(stop, data=on_page)
    assert answer.status_code == 409
    assert "không còn chờ nữa" in answer.text


def test_many_changes_stand_a_page_at_a_time_the_first_to_begin_first(
    lan: FlaskClient, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        for number in range(8):
            waiting = change(session, cast.lan.business, cast.vy, now())
            waiting.subject_id, waiting.effective_at = 900 + number, now() + timedelta(hours=20 - number)
            waiting.content_cipher = vault().encrypt(json.dumps({"shown": f"việc thứ {number}", "holder": ""}))
    page = f"/ban-hang/{cast.lan.slug}"
    pages = [lan.get(f"{page}?thay_doi={number}").text for number in (1, 2, 3, 9)]
    told = [re.findall(r"Sắp đổi: việc thứ (\d)", text) for text in pages]
    assert told == [["7", "6", "5"], ["4", "3", "2"], ["1", "0"], ["7", "6", "5"]]
    assert all("Có 8 thay đổi đang chờ" in text for text in pages)
    assert f'href="{page}?thay_doi=2"' in pages[0]
    money = lan.get(f"{page}/tien").text
    assert f'href="{page}?thay_doi=2"' in money, "from another page of the stall to its first"
    make.sign_in(client, cast.hung, now())
    office = client.get(f"/van-phong/so-ho/{cast.lan.business}?thay_doi=3").text
    assert re.findall(r"Sắp đổi: việc thứ (\d)", office) == ["1", "0"]
