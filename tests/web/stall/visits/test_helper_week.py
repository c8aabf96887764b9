"""Tuần này nên ghé: the helper's own list, with the reason in words."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import VisitPlan
from market.sellers.rules.help_visits import VisitReason
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting
from tests.web.stall.visits.steps import plan, told

PATH = "/to-cong-nghe/tuan-nay"


def test_the_list_says_why_and_drops_who_was_visited(app: Flask, vy: FlaskClient, cast: Cast, now: Clock) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.hung, cast.mai])
    assert "chưa có danh sách" in vy.get(PATH).text
    plan(cast, now)
    page = vy.get(PATH).text
    assert page.index("Có hàng đang bán, chưa có đơn đầu tiên") < page.index("Chưa có tài khoản")
    assert "nửa năm nay chưa ai ghé" in page
    assert "₫" not in page

    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told())
    page = vy.get(PATH).text
    assert f'href="/to-cong-nghe/{cast.theu}"' not in page
    assert "1/2</strong> hộ của tuần" in page
    vy.post(f"/to-cong-nghe/{cast.lan.business}/luot", data=told(client_key="key-2"))
    assert "đã ghé hết" in vy.get(PATH).text


def test_the_list_is_paged_in_a_fixed_number_of_statements(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.nghia_dung)
        ids = [make.make_business(writing, hamlet, f"Hộ số {number:02}", now()).id for number in range(12)]
        row = {"commune_id": cast.commune, "hamlet_id": hamlet.id, "helper_id": cast.vy, "week": now().date()}
        row |= {"week": now().date().replace(day=23), "reason": VisitReason.NO_ACCOUNT, "planned_at": now()}
        rows = [row | {"business_id": one, "rank": rank} for rank, one in enumerate(ids, 1)]
        writing.execute(insert(VisitPlan), rows)
    with counting() as seen:
        page = vy.get(PATH).text
    assert len(seen) <= 6
    assert ("Hộ số 09" in page, "Hộ số 10" in page) == (True, False)
    assert "Hộ số 10" in vy.get(f"{PATH}?page=2").text
