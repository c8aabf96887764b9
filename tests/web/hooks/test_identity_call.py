"""An identity provider's call: signed or not, once or twice, of whom it is."""

import json
from dataclasses import replace

from flask.testing import FlaskClient

from market.sellers.identity.stand_in import StandIn, signature_of, yes
from market.sellers.ports import IdentityAnswer
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import database_by_day_on
from tests.sellers.linking import SECRET, begun, call_of, stand_in, standing, states

__all__ = ["stand_in"]
database_url = database_by_day_on("sqlite")
HOOK = "/webhook/dinh-danh/gia-lap"


def deliver(client: FlaskClient, answer: IdentityAnswer, secret: str = SECRET, to: str = HOOK) -> int:
    headers, body = call_of(answer, secret)
    return client.post(to, data=body, headers=headers).status_code


def test_a_call_links_its_account_once_however_often_it_comes(
    client: FlaskClient, cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    answer = yes(begun(cast.lan, stand_in), told_at=now())
    assert [deliver(client, answer) for _ in range(3)] == [200, 200, 200]
    assert standing(cast.lan).is_linked
    assert [state.value for state in states()] == ["dang_cho", "dang_cho", "da_xac_thuc_dien_tu"]


def test_a_call_that_is_not_the_provider_s_or_of_no_attempt_links_nobody(
    client: FlaskClient, cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    answer = yes(begun(cast.lan, stand_in), told_at=now())
    assert deliver(client, answer, "khoa-cua-ke-khac") == 401
    assert deliver(client, replace(answer, reference="GL-cua-nguoi-khac")) == 409
    assert deliver(client, yes("khong-co", told_at=now())) == 404
    assert deliver(client, answer, to="/webhook/dinh-danh/ben-khac") == 404
    headers, _ = call_of(answer, SECRET)
    assert client.post(HOOK, data=b"x" * 20_000, headers=headers).status_code == 413
    for odd in ([], {"attempt": 1}, {"attempt": "a", "reference": "b", "outcome": "MAYBE"}):
        body = json.dumps(odd).encode()
        sealed = {"X-Identity-Signature": signature_of(SECRET, body)}
        assert client.post(HOOK, data=body, headers=sealed).status_code == 400
    assert not standing(cast.lan).is_linked


def test_a_market_that_is_connected_to_nobody_takes_no_call(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert deliver(client, yes("a", told_at=now())) == 404
