"""Checkout Sessions: what is asked of the gateway, what is read from it, and how the fake's own page behaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import responses

from market.base.config import Settings
from market.base.errors import OutsideError
from market.base.http import Http
from market.payments.card.client import CardRefused, StripeClient
from market.payments.card.fake import DECLINED, FakeStripe, Hook, WebhookSender
from market.payments.card.form import decode
from market.payments.card.gateway import expire, gateway_with
from market.payments.card.signature import is_genuine
from market.payments.ports import NewCheckout
from market.payments.rules.cards import CHECKOUT_LIFE, is_hook_secret, is_secret_key
from market.values.money import Dong
from tests.conftest import Clock
from tests.services.loopback import listening
from tests.services.stripes import press

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECRET = "whsec_test"
SESSIONS = "http://gate.test/v1/checkout/sessions"
QUIET = Http(back_off=0)


@pytest.fixture
def fake(now: Clock) -> FakeStripe:
    return FakeStripe(hook_secret=SECRET)


@pytest.fixture
def client(fake: FakeStripe) -> Iterator[StripeClient]:
    with listening(fake) as url:
        yield StripeClient(secret_key="sk_test_x", base_url=url, http=QUIET)


def wanted(now: Clock, amount: int = 150_000) -> NewCheckout:
    return NewCheckout(
        amount=Dong(amount),
        order_code="DS7K2M9PM",
        success_url="http://cho.test/don/DS7K2M9PM/the/ve",
        cancel_url="http://cho.test/don/DS7K2M9PM/tra-tien?the=thoi",
        expires_at=now() + CHECKOUT_LIFE,
    )


# --- over the wire --------------------------------------------------------------------------------------------------


@responses.activate
def test_the_gateway_is_asked_for_one_line_in_whole_dong(now: Clock) -> None:
    read = {"id": "cs_1", "status": "open", "url": "https://pay.test/cs_1", "payment_intent": None, "new": {"x": [1]}}
    responses.add(responses.POST, SESSIONS, json=read)
    client = StripeClient(secret_key="sk_test_x", base_url="http://gate.test")
    made = client.create_checkout(wanted(now), key="one")
    [call] = responses.calls
    assert decode(call.request.body) == {  # type: ignore[arg-type]
        "mode": "payment",
        "payment_method_types[0]": "card",
        "line_items[0][price_data][currency]": "vnd",
        "line_items[0][price_data][unit_amount]": "150000",
        "line_items[0][price_data][product_data][name]": "Đơn DS7K2M9PM",
        "line_items[0][quantity]": "1",
        "client_reference_id": "DS7K2M9PM",
        "payment_intent_data[metadata][order]": "DS7K2M9PM",
        "success_url": "http://cho.test/don/DS7K2M9PM/the/ve",
        "cancel_url": "http://cho.test/don/DS7K2M9PM/tra-tien?the=thoi",
        "expires_at": str(int((now() + timedelta(minutes=45)).timestamp())),
        "locale": "vi",
    }
    assert call.request.headers["Idempotency-Key"] == "one"
    assert (made.id, made.url, made.is_paid, made.is_over, made.intent_id) == (
        "cs_1",
        "https://pay.test/cs_1",
        False,
        False,
        None,
    )


@responses.activate
@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", 5])
def test_a_session_without_an_address_is_a_fault(now: Clock, url: object) -> None:
    responses.add(responses.POST, SESSIONS, json={"id": "cs_1", "status": "open", "url": url})
    client = StripeClient(secret_key="sk_test_x", base_url="http://gate.test")
    with pytest.raises(OutsideError, match="no address") as fault:
        client.create_checkout(wanted(now), key="one")
    assert fault.value.permanent


@responses.activate
def test_an_intent_may_come_whole_and_an_odd_session_is_a_fault(now: Clock) -> None:
    client = StripeClient(secret_key="sk_test_x", base_url="http://gate.test", http=QUIET)
    whole = {"id": "cs_1", "status": "complete", "payment_status": "paid", "payment_intent": {"id": "pi_1"}}
    responses.add(responses.GET, f"{SESSIONS}/cs_1", json=whole)
    read = client.checkout("cs_1")
    assert (read.intent_id, read.is_paid, read.is_over, read.url) == ("pi_1", True, True, None)
    responses.reset()
    responses.add(responses.GET, f"{SESSIONS}/cs_1", json={"id": "cs_1"})
    assert (client.checkout("cs_1").status, client.checkout("cs_1").is_over) == ("open", False)
    responses.reset()
    for odd in ({}, {"id": "cs_1", "status": 5}, {"id": 5, "status": "open"}):
        responses.add(responses.GET, f"{SESSIONS}/cs_1", json=odd)
        with pytest.raises(OutsideError):
            client.checkout("cs_1")
        responses.reset()


def test_the_same_key_again_makes_no_second_session(client: StripeClient, fake: FakeStripe, now: Clock) -> None:
    fake.lost = 1
    first = client.create_checkout(wanted(now), key="one")
    assert client.create_checkout(wanted(now), key="one") == first
    assert list(fake.sessions) == [first.id]
    with pytest.raises(CardRefused) as refused:
        client.create_checkout(wanted(now, 99_000), key="one")
    assert refused.value.kind == "idempotency_error"


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lives_from_half_an_hour_to_a_day(client: StripeClient, now: Clock, minutes: int) -> None:
    strange = replace(wanted(now), expires_at=now() + timedelta(minutes=minutes))
    with pytest.raises(CardRefused, match="30 minutes to 24 hours") as refused:
        client.create_checkout(strange, key="one")
    assert refused.value.permanent


def test_a_session_is_over_when_its_time_is_up(client: StripeClient, fake: FakeStripe, now: Clock) -> None:
    made = client.create_checkout(wanted(now), key="one")
    now.move(minutes=45)
    read = client.checkout(made.id)
    assert (read.status, read.is_over, read.url) == ("expired", True, None)
    with pytest.raises(CardRefused, match="can be expired"):
        client.expire_checkout(made.id, key="two")
    assert [event["type"] for event in fake.events] == ["checkout.session.expired"]


def test_closing_a_session_tells_how_it_ended(client: StripeClient, fake: FakeStripe, now: Clock) -> None:
    unpaid, paid = (client.create_checkout(wanted(now), key=key).id for key in ("one", "two"))
    fake.pay_session(paid)
    closed, found = expire(client, unpaid), expire(client, paid)
    assert closed is not None
    assert found is not None
    assert found.intent is not None
    assert (closed.checkout.status, closed.intent) == ("expired", None)
    assert (found.checkout.is_paid, found.intent.received) == (True, 150_000)
    assert expire(client, "cs_nobody") is None


def test_a_key_is_tried_by_asking_for_something_harmless(client: StripeClient, fake: FakeStripe) -> None:
    client.try_key()
    assert fake.events == []
    with pytest.raises(CardRefused) as refused:
        replace(client, secret_key="sk_live_x").try_key()
    assert refused.value.status == 401


@pytest.mark.parametrize(
    ("key", "is_right"),
    [
        ("sk_test_choso1", True),
        ("rk_live_51Abc_def", True),
        ("pk_live_51Abcdef", False),
        ("sk_live_", False),
        ("sk_live_51Abc def", False),
        ("whsec_51Abcdef", False),
    ],
)
def test_a_key_looks_like_one(key: str, is_right: bool) -> None:
    assert is_secret_key(key) is is_right
    assert is_hook_secret(key) is key.startswith("whsec_")


def test_a_trial_key_opens_nothing_in_production() -> None:
    real = Settings(
        env="production", secret_key="s" * 40, data_keys=f"k1:{'k' * 40}", base_url="https://cho.test"
    ).model_copy(update={"stripe_mock_url": "http://127.0.0.1:9"})
    with pytest.raises(OutsideError, match="trial key"):
        gateway_with("sk_test_choso1", real)
    gateway = gateway_with("sk_live_choso1", real)
    assert isinstance(gateway, StripeClient)
    assert gateway.base_url == "https://api.stripe.com"


# --- the fake's own page --------------------------------------------------------------------------------------------


def test_a_card_is_declined_and_another_pays(client: StripeClient, fake: FakeStripe, now: Clock) -> None:
    made = client.create_checkout(wanted(now), key="one")
    assert made.url is not None
    status, text = press(made.url)
    assert (status, "Đơn DS7K2M9PM: 150.000\u00a0₫" in text) == (200, True)
    status, text = press(made.url, the="tu_choi")
    assert (status, "Ngân hàng từ chối thẻ" in text) == (200, True)
    assert client.checkout(made.id).status == "open"
    assert press(made.url, the="tra") == (303, "http://cho.test/don/DS7K2M9PM/the/ve")
    assert client.checkout(made.id).is_paid
    [intent] = fake.intents.values()
    assert (intent.received, intent.metadata) == (150_000, {"order": "DS7K2M9PM"})
    assert "Lượt trả này đã xong" in press(made.url, the="tra")[1], "nobody pays twice"
    assert intent.received == 150_000
    assert press(f"{client.base_url}/trang/cs_nobody")[0] == 404
    with pytest.raises(Exception, match="over"):
        fake.pay_session(made.id, DECLINED)


def test_each_event_is_told_once_to_every_address_of_the_account(fake: FakeStripe, now: Clock) -> None:
    heard: list[tuple[str, bytes]] = []
    with listening(fake) as url, listening(_listener(heard)) as shop:
        hooks = {"sk_test_x": [Hook(url=f"{shop}/a", secret=SECRET), Hook(url="http://127.0.0.1:9", secret="x")]}
        fake.tell = WebhookSender(hooks=lambda key: hooks.get(key, []), http=Http(tries=1))
        client = StripeClient(secret_key="sk_test_x", base_url=url)
        made = client.create_checkout(wanted(now), key="one")
        assert made.url is not None
        press(made.url, the="tra")
        StripeClient(secret_key="sk_test_y", base_url=url).create_intent(Dong(1000), "DS7K2M9PM", key="other")
    kinds = ["payment_intent.created", "payment_intent.succeeded", "checkout.session.completed"]
    assert [kind for body in heard for kind in kinds if kind.encode() in body[1]] == kinds
    assert all(is_genuine(SECRET, header, body, now=now()) for header, body in heard)


def _listener(heard: list[tuple[str, bytes]]) -> "WSGIApplication":
    """A shop that only writes down who called, and answers as the market does."""

    def take(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        heard.append((environ["HTTP_STRIPE_SIGNATURE"], environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"success": true}']

    return take
