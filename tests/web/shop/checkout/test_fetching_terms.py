"""What becomes of goods, money and the next time where a buyer does not come: one page for both sides."""

from flask.testing import FlaskClient

from market.base.db import transaction
from market.places.models import DatedFact
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.buying import fill_cart, review, terms


def test_it_is_linked_where_one_orders_and_says_the_number_in_force(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    assert 'href="/khong-den-lay"' in review(client, terms(cast.htx.stall)).text
    page = client.get("/khong-den-lay").text
    assert "<strong>2 ngày</strong>" in page
    with transaction() as session:
        whose = {"commune_id": cast.commune, "key": "order.fetch_days", "source": "x"}
        session.add(DatedFact(**whose, value="4", valid_from=local_day(now())))
    page = client.get("/khong-den-lay").text
    assert "<strong>4 ngày</strong>" in page
    assert "Áp dụng từ" in page
