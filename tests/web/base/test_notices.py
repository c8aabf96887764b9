"""The link of a notice is made from what it is about, for the one it is for."""

from flask import Flask
from sqlalchemy import select

from market.base.db import reading, transaction
from market.catalog.models import Product
from market.notices.models import Notice
from market.orders.models import Purchase
from market.sellers.models import Stall
from market.web.base.notices import notice_links
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.steps import buy
from tests.queries import counting


def links_by_key(app: Flask) -> dict[tuple[str, bool], str]:
    with app.test_request_context():
        notices = reading().scalars(select(Notice).order_by(Notice.id)).all()
        links = notice_links(notices)
        return {(one.kind, one.business_id is not None): links[one.id] for one in notices}


def test_each_side_s_notice_of_an_order_leads_to_its_own_page(app: Flask, cast: Cast, now: Clock) -> None:
    order = order_row(buy(cast, now()).id)
    code, receipt = order.code, reading().get_one(Purchase, order.purchase_id).code
    links = links_by_key(app)
    assert links["don_moi", True] == f"/ban-hang/{cast.lan.slug}/don/{code}"
    assert links["da_nhan", False] == f"/don/{code}"
    assert links["dat_hang", False] == f"/bien-nhan/{receipt}"


def test_a_link_follows_the_stall_s_present_address(app: Flask, cast: Cast, now: Clock) -> None:
    product = reading().scalars(select(Product.id).where(Product.stall_id == cast.lan.stall)).first()
    with transaction() as session:
        said = {"commune_id": cast.commune, "sentence": "s", "created_at": now()}
        about = {"product_id": product, "business_id": cast.lan.business}
        session.add(Notice(dedupe_key="a", kind="hang_tu_choi", **said, **about))
        session.add(Notice(dedupe_key="b", kind="co_so_tu_choi", **said, person_id=cast.mai))
        session.add(Notice(dedupe_key="c", kind="dat_lai_mat_khau", **said, person_id=cast.mai))
        session.get_one(Stall, cast.lan.stall).slug = "gian-moi"
    assert links_by_key(app) == {
        ("hang_tu_choi", True): f"/ban-hang/gian-moi/san-pham/{product}",
        ("co_so_tu_choi", False): "/ban-hang",
        ("dat_lai_mat_khau", False): "/tai-khoan/dat-lai-mat-khau",
    }


def test_links_are_asked_for_at_once(app: Flask, cast: Cast, now: Clock) -> None:
    buy(cast, now())
    with app.test_request_context():
        notices = reading().scalars(select(Notice)).all()
        with counting() as seen:
            assert len(notice_links(notices)) == len(notices) >= 3
        assert len(seen) == 3
