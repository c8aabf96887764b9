"""The checklist of one marketplace: what is ready to go, and what is missing of the rest."""

from flask.testing import FlaskClient
from sqlalchemy import update

from market.base.db import transaction
from market.catalog.models import Variant
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.queries import counting
from tests.web.stall.channels.conftest import at


def test_a_product_that_is_ready_says_so_with_its_category(ready: FlaskClient, cast: Cast) -> None:
    page = ready.get(at(cast, "/shopee")).text
    assert "Sẵn sàng đăng" in page
    assert "Điền 1 món vào mẫu" in page
    assert "Gạo &amp; Mì/Gạo" in page
    assert "sàn chưa lấy được ảnh" in page, "the tests' market has no https address"


def test_what_is_missing_is_told_with_its_cure(ready: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        writing.execute(update(Variant).where(Variant.id == cast.gao_nep).values(unit="mo", on_hand=None))
    page = ready.get(at(cast, "/tiktok")).text
    for sentence in ("Chưa có cân nặng khi gửi", "Sàn cần số lượng còn", "0/1 món sẵn sàng", "Chưa đi được"):
        assert sentence in page
    assert f"/ban-hang/{cast.htx.slug}/san-pham/" in page
    assert at(cast, "/tiktok/mon/") in page
    assert "món vào mẫu" not in page, "no button fills nothing"
    assert "Chưa món nào đủ để điền" in page


def test_the_statements_stay_the_same_however_many_goods(ready: FlaskClient, cast: Cast, now: Clock) -> None:
    ready.get(at(cast, "/shopee"))
    with counting() as one:
        ready.get(at(cast, "/shopee"))
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.htx.stall)
        for number in range(20):
            make.make_product(writing, stall, f"Gạo {number}", now(), on_hand=1000)
    with counting() as many:
        ready.get(at(cast, "/shopee"))
    assert len(one) == len(many) <= 16


def test_without_a_template_there_is_nothing_to_check(htx: FlaskClient, cast: Cast) -> None:
    assert htx.get(at(cast, "/shopee")).status_code == 404
    assert htx.get(at(cast, "/sendo")).status_code == 404


def test_only_the_stalls_people_see_it(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, "/shopee"))
