"""Until the first order Hôm nay says what is still needed for it: each line leads to its page and is ticked by rows."""

import re

import pytest
from flask.testing import FlaskClient

from market.base.db import transaction
from market.catalog.models import Product, ProductState
from market.sellers.models import BankAccount, Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import place, wanted
from tests.pages import send

HEADING = "Để có đơn đầu tiên"
LINE = re.compile(r'<a class="row" href="([^"]+)"><span class="badge badge-(leaf|line)">[^<]+</span>.*?<strong>([^<]+)')


@pytest.fixture
def tu(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    """Anh Tư, who has one approved product and no account."""
    sign_in(client, cast.tu.person, now())
    return client


def lines(client: FlaskClient, cast: Cast) -> dict[str, tuple[bool, str]]:
    """What each line says -> whether it is ticked, and its page."""
    page = client.get(f"/ban-hang/{cast.tu.slug}").text
    section = page.partition(HEADING)[2].partition("</section>")[0]
    return {word: (kind == "leaf", href) for href, kind, word in LINE.findall(section)}


def test_the_list_says_what_is_done_and_each_line_leads_to_its_page(tu: FlaskClient, cast: Cast) -> None:
    shown = lines(tu, cast)
    assert {word: is_done for word, (is_done, _) in shown.items()} == {
        "Đăng món đầu tiên": True,
        "Xã duyệt, món hiện trên chợ": True,
        "Đặt tài khoản nhận tiền": False,
        "Viết vài lời về nhà mình": False,
        "Gửi gian cho khách quen": False,
    }
    for _, href in shown.values():
        assert tu.get(href).status_code == 200, href


def test_a_line_is_ticked_by_what_is_true_and_by_nothing_else(tu: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        stall = session.get_one(Stall, cast.tu.stall)
        make.make_bank_account(session, stall.business, "LE VAN TU", "0071000777777", now())
    assert lines(tu, cast)["Đặt tài khoản nhận tiền"][0]
    with transaction() as session:
        for account in session.query(BankAccount).filter_by(business_id=cast.tu.business):
            account.closed_at = now()
    assert not lines(tu, cast)["Đặt tài khoản nhận tiền"][0]
    send(tu, f"/ban-hang/{cast.tu.slug}/cai-dat", {"name": "Rươi anh Tư", "intro": "Nhà đánh rươi.", "hold_days": "3"})
    assert lines(tu, cast)["Viết vài lời về nhà mình"][0]


def test_goods_that_wait_are_listed_but_not_yet_shown(tu: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        session.query(Product).filter_by(stall_id=cast.tu.stall).update({"state": ProductState.PENDING})
    shown = lines(tu, cast)
    assert shown["Đăng món đầu tiên"][0]
    assert not shown["Xã duyệt, món hiện trên chợ"][0]


def test_the_list_is_gone_with_the_first_order_and_stays_gone(tu: FlaskClient, cast: Cast, now: Clock) -> None:
    placed = place(cast.commune, wanted(cast.ruoi), now=now())
    assert HEADING not in tu.get(f"/ban-hang/{cast.tu.slug}").text
    assert placed.order_ids
    now.move(days=30)
    assert HEADING not in tu.get(f"/ban-hang/{cast.tu.slug}").text


def test_another_s_order_takes_nothing_off_the_list(tu: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh), now=now())
    assert lines(tu, cast)
