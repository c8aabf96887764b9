"""What the market says of the order in which a search shows goods."""

import pytest
from flask.testing import FlaskClient

from market.catalog.queries import words
from market.catalog.queries.words import WEIGHTS
from market.web.shop.browse import ranking
from tests.cast import Cast


def test_the_criteria_are_the_weights_that_order_a_search(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = client.get("/quy-che/xep-hang").get_data(as_text=True)
    places = [html.index(f'<td class="num">{weight}</td>') for weight in sorted(WEIGHTS.values(), reverse=True)]
    assert places == sorted(places)
    assert "Chữ đầu của tên món" in html
    monkeypatch.setattr(ranking, "WEIGHTS", {**WEIGHTS, words.HAMLET: 777})
    assert '<td class="num">777</td>' in client.get("/quy-che/xep-hang").get_data(as_text=True)


def test_every_field_has_its_sentence() -> None:
    assert len({one.said for one in ranking.ranking_criteria()}) == len(WEIGHTS) == 11


def test_the_search_and_the_rules_lead_to_it(client: FlaskClient, cast: Cast) -> None:
    assert 'href="/quy-che/xep-hang"' in client.get("/tim?q=gao").get_data(as_text=True)
    assert 'href="/quy-che/xep-hang"' in client.get("/dieu-khoan").get_data(as_text=True)
