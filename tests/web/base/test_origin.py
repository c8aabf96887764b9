"""Putting something into the cart carries no token, as its page is the same for every guest: the browser says from
where it was sent, and where it does not, or from elsewhere, the person is asked once more. Growth finding 11."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.orders.models import CartLine
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden

ADD = "/gio-hang/them"
HERE = "http://localhost"
FROM_HERE = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Origin": HERE},
    {"Referer": f"{HERE}/san-pham/1-dau-xanh"},
    {"Origin": "https://localhost"},
    {"Origin": "http://cho.test"},
]
"""A browser of today; one whose page hides its origin; one of before 2020, or over http; one that sends no Origin; one
behind a proxy that tells no scheme; one behind a proxy that tells no host, at the address of CHOSO_BASE_URL."""
UNSAID = [
    {},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://shop.localhost"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.test", "Referer": f"{HERE}/san-pham/1-dau-xanh"},
    {"Origin": "http://localhost.evil.test"},
    {"Origin": "http://evil.test/localhost"},
    {"Referer": "http://evil.test/?http://localhost/"},
    {"Referer": "http://localhost@evil.test/"},
    {"Origin": "http://[::1"},
    {"Referer": "http://[localhost/"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://khac.test"},
    {"X-Forwarded-Host": "evil.test", "Origin": "http://evil.test"},
]
"""One that says nothing, or from another site, however it looks."""


@pytest.fixture
def guarded(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def amounts(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(CartLine.amount)))


def test_a_form_of_this_market_s_own_page_needs_no_token(guarded: FlaskClient, cast: Cast, session: Session) -> None:
    for times, headers in enumerate(FROM_HERE, 1):
        answer = guarded.post(ADD, data={"variant_id": cast.gao_nep, "amount": "2"}, headers=headers)
        assert answer.location == "/gio-hang", headers
        assert amounts(session) == [2000 * times], headers


def test_what_may_come_from_another_site_adds_nothing_and_is_asked_about(
    guarded: FlaskClient, cast: Cast, session: Session
) -> None:
    """Cross-site forgery: no cart is begun nor changed, whatever the browser has of ours."""
    for has_cart in (False, True):
        for headers in UNSAID:
            answer = guarded.post(ADD, data={"variant_id": cast.gao_nep, "amount": "2"}, headers=headers)
            assert answer.status_code == 303, headers
            assert answer.location.startswith(f"{ADD}?"), headers
            assert not answer.headers.getlist("Set-Cookie"), headers
            assert amounts(session) == [1000] * has_cart, headers
        if not has_cart:
            guarded.post(ADD, data={"variant_id": cast.gao_nep, "amount": "1"}, headers=FROM_HERE[0])


def test_an_old_browser_is_asked_once_and_loses_nothing(guarded: FlaskClient, cast: Cast, session: Session) -> None:
    typed = {"variant_id": str(cast.gao_nep), "amount": "2,5", "client_key": "tap"}
    asked = guarded.post(ADD, data=typed).location
    page = guarded.get(asked)
    assert "mời bấm lần nữa" in page.text
    assert 'value="2,5"' in page.text
    sent = hidden(page.text, ADD)
    assert sent["client_key"] == "tap"
    for _ in range(2):
        assert guarded.post(ADD, data=sent | {"amount": "2,5"}).location == "/gio-hang"
    assert amounts(session) == [2500]


def test_another_visitor_s_token_does_not_help(app: Flask, guarded: FlaskClient, cast: Cast, session: Session) -> None:
    ask = f"{ADD}?variant_id={cast.gao_nep}"
    token = hidden(app.test_client().get(ask).text, ADD)["csrf_token"]
    guarded.get(ask)
    answer = guarded.post(ADD, data={"variant_id": cast.gao_nep, "amount": "1", "csrf_token": token})
    assert answer.location.startswith(ADD)
    assert amounts(session) == []


def test_a_market_under_a_path_asks_within_it(guarded: FlaskClient, cast: Cast) -> None:
    data = {"variant_id": cast.gao_nep, "amount": "1"}
    asked = guarded.post(ADD, data=data, base_url=f"{HERE}/cho").location
    assert asked.startswith(f"/cho{ADD}?")
    here = {"Origin": HERE}
    assert guarded.post(ADD, data=data, headers=here, base_url=f"{HERE}/cho").location == "/cho/gio-hang"


def test_a_page_kept_for_an_hour_still_adds(guarded: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    """And by somebody who signed in meanwhile: nothing on the page ages, and nothing is anybody's."""
    product = guarded.get("/").text.partition('href="/san-pham/')[2].partition('"')[0]
    sent = hidden(guarded.get(f"/san-pham/{product}").text, ADD)
    assert "csrf_token" not in sent
    now.move(hours=1)
    sign_in(guarded, cast.mai, now())
    answer = guarded.post(ADD, data=sent | {"amount": "1"}, headers={"Origin": HERE})
    assert answer.location == "/gio-hang"
    assert amounts(session) == [1000]


def test_one_shared_page_fills_two_people_s_carts(app: Flask, cast: Cast, session: Session) -> None:
    """The key that makes a tap too many one is the cart's: two who were shown one page both get theirs."""
    sent = {"variant_id": cast.gao_nep, "amount": "1", "client_key": "of-the-shared-page"}
    for _ in range(2):
        client = app.test_client()
        for _tap in range(2):
            client.post(ADD, data=sent)
    assert amounts(session) == [1000, 1000]


def test_what_is_not_public_here_is_not_asked_about(client: FlaskClient, cast: Cast) -> None:
    for variant in ("x", "9" * 30, "999"):
        assert client.get(f"{ADD}?variant_id={variant}").status_code == 404
    assert client.get(f"{ADD}?variant_id=").status_code == 422, "no kind was chosen yet"
    assert client.get(f"{ADD}?variant_id={cast.gao_nep}").status_code == 200
