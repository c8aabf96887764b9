"""The card client and its fake: keys that replay, declines, lost answers, refunds with a cap, signed calls."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import responses
from werkzeug import Response

from market.base.errors import OutsideError
from market.base.http import Answer, Call, Http
from market.payments.card.client import CardRefused, StripeClient
from market.payments.card.fake import DECLINED, NEEDS_ACTION, FakeStripe
from market.payments.card.form import decode, encode
from market.payments.card.signature import HEADER, is_genuine, sign
from market.values.money import Dong
from tests.payments.vectors import SIGNATURES
from tests.services.loopback import listening

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SECRET = "whsec_test"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe(hook_secret=SECRET)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What would have been waited between tries."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def client(fake: FakeStripe, pauses: list[float]) -> Iterator[StripeClient]:
    with listening(fake) as url:
        yield StripeClient(secret_key="sk_test_x", base_url=url, http=Http())


def paid(client: StripeClient, amount: int = 150_000, method: str = "pm_card_visa") -> str:
    intent = client.create_intent(Dong(amount), "DS7K2M9PM", key="make")
    client.set_method(intent.id, method, key="choose")
    client.confirm_intent(intent.id, key="confirm")
    return intent.id


def test_the_same_key_again_makes_nothing_new(client: StripeClient, fake: FakeStripe) -> None:
    first = client.create_intent(Dong(150_000), "DS7K2M9PM", key="one")
    assert client.create_intent(Dong(150_000), "DS7K2M9PM", key="one") == first
    assert len(fake.intents) == 1
    with pytest.raises(CardRefused) as refused:
        client.create_intent(Dong(99_000), "DS7K2M9PM", key="one")
    assert refused.value.kind == "idempotency_error"
    assert client.create_intent(Dong(99_000), "DS7K2M9PM", key="two").id != first.id


def test_an_answer_that_was_lost_is_asked_for_again_and_happens_once(
    client: StripeClient, fake: FakeStripe, pauses: list[float]
) -> None:
    fake.lost = 2
    intent = client.create_intent(Dong(150_000), "DS7K2M9PM", key="one")
    assert list(fake.intents) == [intent.id]
    assert len(pauses) == 2
    assert pauses[0] < pauses[1]


def test_a_gateway_that_stays_away_is_a_fault_that_may_pass(client: StripeClient, fake: FakeStripe) -> None:
    fake.lost = 3
    with pytest.raises(CardRefused) as refused:
        client.create_intent(Dong(150_000), "DS7K2M9PM", key="one")
    assert (refused.value.status, refused.value.permanent) == (503, False)
    away = replace(client, base_url="http://127.0.0.1:9")
    with pytest.raises(OutsideError, match=r"no answer from 127\.0\.0\.1:9") as nobody:
        away.intent("pi_x")
    assert not nobody.value.permanent


def test_a_declined_card_pays_nothing_and_another_may_be_tried(client: StripeClient, fake: FakeStripe) -> None:
    with pytest.raises(CardRefused) as refused:
        paid(client, method=DECLINED)
    assert (refused.value.is_declined, refused.value.code, refused.value.permanent) == (True, "card_declined", True)
    [intent_id] = fake.intents
    assert client.intent(intent_id).status == "requires_payment_method"
    client.set_method(intent_id, "pm_card_visa", key="choose again")
    assert client.confirm_intent(intent_id, key="confirm again").is_paid


def test_a_card_whose_bank_asks_its_holder_waits(client: StripeClient, fake: FakeStripe) -> None:
    intent_id = paid(client, method=NEEDS_ACTION)
    assert client.intent(intent_id).status == "requires_action"
    fake.complete_action(intent_id)
    assert client.intent(intent_id).received == 150_000


def test_refunds_never_exceed_what_was_paid(client: StripeClient) -> None:
    intent_id = paid(client)
    client.refund(intent_id, Dong(100_000), key="first")
    with pytest.raises(CardRefused, match="greater than unrefunded"):
        client.refund(intent_id, Dong(50_001), key="too much")
    client.refund(intent_id, Dong(50_000), key="rest")
    with pytest.raises(CardRefused) as refused:
        client.refund(intent_id, Dong(1), key="more")
    assert refused.value.code == "charge_already_refunded"


def test_what_is_paid_is_neither_paid_nor_called_off_again(client: StripeClient) -> None:
    intent_id = paid(client)
    for act in (client.confirm_intent, client.cancel_intent):
        with pytest.raises(CardRefused) as refused:
            act(intent_id, key=f"again {act.__name__}")
        assert refused.value.code == "payment_intent_unexpected_state"
    with pytest.raises(CardRefused) as unknown:
        client.intent("pi_nobody")
    assert unknown.value.status == 404


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_its_length(client: StripeClient, key: str) -> None:
    with pytest.raises(ValueError, match="255"):
        client.create_intent(Dong(1000), "DS7K2M9PM", key=key)


def test_the_form_is_encoded_as_the_gateway_reads_it() -> None:
    body = encode({"amount": 150_000, "a": {"b": ["c", "đ&="]}, "confirm": True})
    assert body == b"amount=150000&a[b][0]=c&a[b][1]=%C4%91%26%3D&confirm=true"
    assert decode(body)["a[b][1]"] == "đ&="
    assert encode({}) == b""


# --- the calls of other machines, in general ------------------------------------------------------------------------


@responses.activate
def test_only_what_is_safe_is_sent_again() -> None:
    responses.add(responses.POST, "http://there.test/x", status=503)
    once = Call(method="POST", url="http://there.test/x", body=b"a=1", is_idempotent=False)
    assert Http(back_off=0).send(once).status == 503
    assert len(responses.calls) == 1
    again = replace(once, is_idempotent=True)
    assert Http(back_off=0).send(again).status == 503
    assert len(responses.calls) == 4


def answering(*answers: Response) -> "WSGIApplication":
    """A machine that gives these answers in turn."""
    left = list(answers)
    return lambda environ, start: left.pop(0)(environ, start)


def test_a_busy_machine_says_how_long_to_wait(pauses: list[float]) -> None:
    busy = [Response(status=429, headers={"Retry-After": seconds}) for seconds in ("2", "3600")]
    with listening(answering(*busy, Response('{"ok": true}'))) as url:
        answer = Http().send(Call(method="GET", url=url, is_idempotent=True))
    assert (answer.json(), pauses) == ({"ok": True}, [2.0, 5.0])


@pytest.mark.parametrize(("is_idempotent", "status"), [(True, 200), (False, None)])
def test_a_call_that_was_cut_off_is_sent_again_where_that_is_safe(is_idempotent: bool, status: int | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def cut_then_answer() -> None:
            server.accept()[0].close()
            with contextlib.suppress(OSError), server.accept()[0] as there:
                there.recv(4096)
                there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=cut_then_answer, daemon=True).start()
        call = Call(method="POST", url=f"http://127.0.0.1:{server.getsockname()[1]}/", is_idempotent=is_idempotent)
        if status is None:
            with pytest.raises(OutsideError, match="no answer"):
                Http(back_off=0).send(call)
        else:
            assert Http(back_off=0).send(call).status == status


@responses.activate
def test_an_endless_answer_is_cut_off() -> None:
    responses.add(responses.GET, "http://there.test/x", body=b"x" * (1024 * 1024 + 1))
    call = Call(method="GET", url="http://there.test/x", is_idempotent=False)
    with pytest.raises(OutsideError, match="bytes") as cut:
        Http().send(call)
    assert cut.value.permanent


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"[" * 100_000])
def test_an_answer_that_is_no_json_object_is_a_fault(body: bytes) -> None:
    with pytest.raises(OutsideError):
        Answer(status=200, headers={}, body=body).json()


@responses.activate
def test_an_odd_answer_of_the_gateway_is_a_fault_and_never_money() -> None:
    client = StripeClient(secret_key="sk_test_x", base_url="http://gate.test", http=Http(back_off=0))
    for odd in ({}, {"id": "pi_1", "status": "succeeded", "amount": "150000", "currency": "vnd"}):
        responses.add(responses.GET, "http://gate.test/v1/payment_intents/pi_1", json=odd)
        with pytest.raises(OutsideError):
            client.intent("pi_1")
        responses.reset()
    responses.add(responses.GET, "http://gate.test/v1/payment_intents/pi_1", status=500, body="oops")
    with pytest.raises(CardRefused, match="answered 500") as refused:
        client.intent("pi_1")
    assert not refused.value.permanent


# --- signatures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", SIGNATURES["stripe"]["vectors"], ids=lambda vector: vector["sdk_verify"])
def test_the_published_signatures_are_genuine(vector: dict[str, str]) -> None:
    then = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    secret, header, body = vector["secret"], vector["header"], vector["payload"].encode()
    assert sign(secret, body, then) == header
    assert is_genuine(secret, header, body, now=then)
    moment, digest = header.split(",")
    assert is_genuine(secret, f"{moment},v1={'0' * 64},{digest},v0=x", body, now=then), "one of two v1 is enough"
    assert is_genuine(secret, header, body, now=then + timedelta(seconds=300))
    assert not is_genuine(secret, header, body, now=then + timedelta(seconds=301))
    assert not is_genuine(secret, header, body, now=then - timedelta(seconds=301)), "nor from the future"
    assert not is_genuine("whsec_other", header, body, now=then)
    assert not is_genuine(secret, header, body + b" ", now=then)
    assert not is_genuine(secret, header, json.dumps(json.loads(body)).encode(), now=then)
    for torn in (
        digest,
        digest.replace("v1", "v0"),
        f"{moment},{digest.replace('v1', 'v0')}",
        "",
        ",",
        "t=,v1=",
        moment,
    ):
        assert not is_genuine(secret, torn, body, now=then)
    assert not is_genuine(secret, f"{moment},{moment},{digest}", body, now=then)
    assert not is_genuine(secret, f"t=é,{digest}é", body, now=then)


def test_the_fake_signs_each_of_its_calls(client: StripeClient, fake: FakeStripe) -> None:
    paid(client)
    calls = fake.calls(NOW, twice=True, backwards=True)
    assert [json.loads(call.body)["type"] for call in calls] == ["payment_intent.succeeded"] * 2 + [
        "payment_intent.created"
    ] * 2
    assert all(is_genuine(SECRET, call.headers[HEADER], call.body, now=NOW) for call in calls)


@contextlib.contextmanager
def dripping(first: bytes, drip: bytes) -> Iterator[tuple[str, list[socket.socket]]]:
    """A machine that begins each answer so, and goes on so without end: its address, and who has asked."""
    asked: list[socket.socket] = []

    def answer() -> None:
        with contextlib.suppress(OSError):
            while True:
                asked.append(server.accept()[0])
                threading.Thread(target=go_on, args=(asked[-1],), daemon=True).start()

    def go_on(there: socket.socket) -> None:
        with there, contextlib.suppress(OSError):
            there.recv(4096)
            there.sendall(first)
            while True:
                there.sendall(drip)
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", asked


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    ],
    ids=["body", "head", "before the head", "thrown away"],
)
def test_an_answer_that_comes_byte_by_byte_is_cut_off(first: bytes, drip: bytes) -> None:
    """Each byte is in time for itself, so that no limit on a single read would ever end it. The time is that of all
    tries: none begins after it."""
    with dripping(first, drip) as (url, asked):
        with pytest.raises(OutsideError, match="not whole") as late:
            Http(whole_seconds=0.2, back_off=0).send(Call(method="GET", url=url, is_idempotent=True))
        assert not late.value.permanent
        assert len(asked) == 1


def test_an_answer_that_is_only_thrown_away_has_its_limit_too() -> None:
    with dripping(b"HTTP/1.1 503 Busy\r\nContent-Length: 90000000\r\n\r\n", b"x" * 500_000) as (url, _):
        with pytest.raises(OutsideError, match="bytes") as cut:
            Http(back_off=0).send(Call(method="GET", url=url, is_idempotent=True))
        assert cut.value.permanent
