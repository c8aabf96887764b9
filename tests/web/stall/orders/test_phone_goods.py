"""A large stall finds its goods by name, and what is typed for the rest of the order stays."""

from flask import Flask

from market.base.db import transaction
from market.orders.queries.offers import MOST_OF_STALL
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press


def test_what_is_looked_for_is_shown_beside_what_was_chosen(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        stall = session.get_one(Stall, cast.lan.stall)
        for number in range(MOST_OF_STALL):
            make.make_product(session, stall, f"Cây giống {number:02}", now(), price=5_000)
        last = make.make_product(session, stall, "Xoài cát", now(), price=30_000).id
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    page = f"/ban-hang/{cast.lan.slug}/don/qua-dien-thoai"
    assert "Xoài cát" not in lan.get(f"{page}/ghi").text
    typed = {"name": "bác Hai", "tim": "xoai", f"sl-{cast.dau_xanh}": "1", f"gia-{cast.dau_xanh}": "40k"}
    found = lan.post(f"{page}/tim-mon", data=typed)
    assert found.status_code == 200
    for kept in ("Xoài cát", "Đậu xanh", 'value="bác Hai"', 'value="40k"'):
        assert kept in found.text
    assert "Cây giống" not in found.text
    chosen = typed | {f"sl-{last}": "2", f"gia-{last}": "30k", "place": "tai_gian", "pay": "khi_nhan", "tim": ""}
    done = press(lan, f"{page}/ghi", f"{page}/ghi", **chosen)
    assert done.status_code == 303
    assert "100.000" in lan.get(done.location).text
