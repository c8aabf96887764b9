"""The office sees whom to help, with the law's days, and that the market is connected to nobody where it is not."""

from datetime import UTC, datetime

from flask.testing import FlaskClient

from market.base.db import reading
from market.sellers.models import Stall
from tests.cast import Cast
from tests.conftest import Clock
from tests.elsewhere import far_stall
from tests.nights import database_by_day_on
from tests.queries import counting
from tests.sellers.linking import leave_unconnected, link, pass_the_law, since, stand_in

__all__ = ["stand_in"]
database_url = database_by_day_on("sqlite")
PAGE = "/van-phong/so-ho/xac-thuc"


def test_an_officer_sees_who_is_not_linked_and_how_long_there_is(
    hung: FlaskClient, cast: Cast, now: Clock, stand_in: object
) -> None:
    pass_the_law()
    since(cast.lan, datetime(2026, 9, 1, tzinfo=UTC))
    link(cast.tu)
    page = hung.get(PAGE).text
    for told in ("1 tài khoản", "2 tài khoản", "30/12/2026, còn 37 ngày", "Phạm Thị Lan", "Đỗ Văn Sơn"):
        assert told in page
    assert page.count("chưa được đăng") == 1
    assert "Lê Văn Tư" not in page
    assert "Đang nối với bên VNeID giả lập" in page
    assert f'href="{PAGE}"' in hung.get("/van-phong/so-ho").text
    with counting() as seen:
        hung.get(PAGE)
    assert len(seen) <= 9, "\n".join(seen)


def test_what_a_market_connected_to_nobody_does_is_said_and_set_with_its_day(
    hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    pass_the_law()
    assert "chưa đăng được hàng mới" in hung.get(PAGE).text
    typed = {"key": "identity.unconnected", "value": "Cho dang", "valid_from": "2026-11-24", "source": "TB 9/TB-UBND"}
    assert hung.post("/van-phong/cai-dat/muc-tieu", data=typed | {"value": "có lẽ"}).status_code == 422
    assert hung.post("/van-phong/cai-dat/muc-tieu", data=typed).status_code == 303
    page = hung.get(PAGE).text
    assert "Xã đang cho người bán đăng hàng trong lúc chờ." in page
    assert "TB 9/TB-UBND" in page


def test_another_commune_s_sellers_are_not_here(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    leave_unconnected(cast.commune)
    far = far_stall(now())
    page = hung.get(PAGE).text
    assert reading().get_one(Stall, far).name not in page
    assert "Chưa ghi ngày nào của luật" in page
