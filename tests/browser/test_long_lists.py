"""Screens whose lists go over several pages, of people and goods with long names: on a phone, wide, in the dark."""

from collections.abc import Callable

import pytest

from market.accounts.models import Person
from market.base.db import transaction
from market.catalog.models import Product
from market.orders.models import Contact, OrderLine
from market.sellers.models import Business, Certificate, Stall
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_every_screen import Market, Walk, market, walk_as
from tests.city import City, crowd

__all__ = ["market", "walk_as"]

LONG = "Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Thảo"
GOODS = "Gạo nếp cái hoa vàng bãi rươi Đại Sơn loại thượng hạng"
NAMES = (
    (Person, "name", LONG),
    (Contact, "name", LONG),
    (Business, "name", f"Hộ kinh doanh {LONG}"),
    (Stall, "name", f"Gian hàng nhà bà {LONG}"),
    (Product, "name", GOODS),
    (OrderLine, "product_name", GOODS),
    (Certificate, "scope", f"{GOODS}, {GOODS}"),
)


def looked_at(walk: Walk, path: str, name: str) -> list[str]:
    """Everything wrong with a page; pictures of it on a phone and wide."""
    answer = walk.page.goto(path)
    wrong = [] if answer and answer.status == 200 else [f"answers {answer and answer.status}"]
    picture(walk.page, name)
    walk.page.set_viewport_size({"width": 1280, "height": 800})
    picture(walk.page, f"{name}_wide")
    walk.page.set_viewport_size({"width": 360, "height": 640})
    return [f"{path}: {fault}" for fault in wrong + faults_everywhere(walk.page)]


@pytest.mark.nightly
def test_lists_of_several_pages_are_turned_on_a_phone(
    market: Market,
    walk_as: Callable[[int | None], Walk],
) -> None:
    cast, things = market.world.cast, market.world.lan
    with transaction() as session:
        for model, field, text in NAMES:
            for row in session.query(model):
                setattr(row, field, text)
        city = City.of(session)
    crowd(city, 24)
    stall, office = f"/ban-hang/{cast.lan.slug}", f"/van-phong/so-ho/{cast.lan.business}"
    pages = {
        cast.lan.person: {
            "today": stall,
            "orders": f"{stall}/don?cho=2&dang=2",
            "packing": f"{stall}/dong-hang",
            "mandates": f"{stall}/uy-quyen",
            "help": f"{stall}/giup-toi",
            "lot": f"{stall}/lo/{things['lot']}?nhat_ky=2",
            "mine": "/ban-hang?gian=2",
            "papers": "/ban-hang/giay-to",
            "drafts": "/ban-hang/soan-san",
            "desks": "/tai-khoan/noi-lam-viec?page=2",
            "me": "/tai-khoan",
        },
        cast.hung: {
            "business": f"{office}?uy_quyen=2",
            "verify_paper": f"{office}/xac-nhan-giay",
            "claim": f"/van-phong/duyet/co-so/{things['member_id']}",
        },
        cast.mai: {"bought": "/don"},
    }
    wrong = []
    for person, paths in pages.items():
        walk = walk_as(person)
        wrong += [fault for name, path in paths.items() for fault in looked_at(walk, path, f"long_{name}")]
    assert not wrong, "\n".join(wrong)
