"""The fake gateway behaves where published mocks do not: keys for a day, faults kept, banks that ask, calls again."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from werkzeug import Request as Asked
from werkzeug import Response

from market.base.http import Call, Http
from market.payments.card.client import CardRefused, StripeClient
from market.payments.card.fake import FakeStripe, Hook, WebhookSender
from market.payments.card.fake.wire import FORM
from market.payments.card.form import encode
from market.payments.card.signature import HEADER, is_genuine
from market.payments.rules.cards import NOTHING_CHARGED
from market.values.money import Dong
from tests.conftest import Clock
from tests.payments.test_card_checkout import wanted
from tests.services.loopback import listening
from tests.services.stripes import press

SECRET = "whsec_fake"


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe(hook_secret=SECRET)


@pytest.fixture
def client(fake: FakeStripe, now: Clock) -> Iterator[StripeClient]:
    with listening(fake) as url:
        yield StripeClient(secret_key="sk_test_x", base_url=url, http=Http(back_off=0))


def replayed(client: StripeClient) -> list[str | None]:
    """What the answers to one call, sent twice under one key, say of being kept ones."""
    body = encode({"amount": 5_000, "currency": "vnd"})
    headers = {"Authorization": f"Bearer {client.secret_key}", "Idempotency-Key": "once", "Content-Type": FORM}
    call = Call(
        method="POST", url=f"{client.base_url}/v1/payment_intents", headers=headers, body=body, is_idempotent=True
    )
    return [client.http.send(call).headers.get("Idempotent-Replayed") for _ in range(2)]


def test_an_answer_kept_under_its_key_says_so_and_is_forgotten_after_a_day(
    client: StripeClient, fake: FakeStripe, now: Clock
) -> None:
    assert replayed(client) == [None, "true"]
    first = client.create_intent(Dong(5_000), "DS7K2M9PM", key="one")
    now.move(hours=23)
    assert client.create_intent(Dong(5_000), "DS7K2M9PM", key="one") == first
    other = StripeClient(secret_key="sk_test_other", base_url=client.base_url, http=Http(back_off=0))
    assert other.create_intent(Dong(9_000), "DS7K2M9PM", key="one").id != first.id, "an account's keys are its own"
    now.move(hours=2)
    assert client.create_intent(Dong(6_000), "DS7K2M9PM", key="one").id != first.id


def test_a_fault_is_kept_as_the_answer_and_what_never_began_is_not(client: StripeClient, fake: FakeStripe) -> None:
    fake.broken = 1
    for _ in range(2):
        with pytest.raises(CardRefused) as refused:
            client.create_intent(Dong(5_000), "DS7K2M9PM", key="one")
        assert (refused.value.status, refused.value.permanent) == (500, False)
    assert fake.intents == {}
    with pytest.raises(CardRefused, match="Invalid integer"):
        client.create_intent(Dong(0), "DS7K2M9PM", key="two")
    assert client.create_intent(Dong(5_000), "DS7K2M9PM", key="two").amount == 5_000


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("tu_choi", "Ngân hàng từ chối thẻ"),
        ("thieu_tien", "Thẻ không đủ tiền"),
        ("het_han", "Thẻ đã hết hạn"),
        ("sai_cvc", "Ba số ở mặt sau thẻ chưa đúng"),
        ("truc_trac", "Ngân hàng gặp trục trặc"),
    ],
)
def test_each_declined_card_says_that_nothing_was_charged_and_what_to_do(
    client: StripeClient, now: Clock, button: str, said: str
) -> None:
    made = client.create_checkout(wanted(now), key="one")
    status, page = press(made.url or "", the=button)
    assert (status, f"{NOTHING_CHARGED} {said}" in page, "Mời" in page) == (200, True, True)
    assert client.checkout(made.id).status == "open"


@pytest.mark.parametrize("is_holder", [True, False])
def test_a_bank_that_asks_its_holder_is_answered_on_a_page_of_its_own(
    client: StripeClient, fake: FakeStripe, now: Clock, is_holder: bool
) -> None:
    made = client.create_checkout(wanted(now), key="one")
    status, bank = press(made.url or "", the="xac_thuc")
    [intent] = fake.intents.values()
    assert (status, bank, intent.status) == (303, f"{client.base_url}/xac-thuc/{intent.id}", "requires_action")
    assert (client.checkout(made.id).status, client.checkout(made.id).is_paid) == ("open", False)
    assert "Phải, tôi trả" in press(bank)[1]
    if is_holder:
        assert press(bank, xac_nhan="phai") == (303, "http://cho.test/don/DS7K2M9PM/the/ve")
        assert client.checkout(made.id).is_over
        return
    assert "Bước xác nhận với ngân hàng không thành" in press(bank, xac_nhan="khong")[1]
    assert client.intent(intent.id).declined == "payment_intent_authentication_failure"
    assert press(made.url or "", the="tra")[0] == 303, "another card may be tried"


def test_a_call_that_is_not_taken_comes_again_signed_anew_twice_and_last_first(
    now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    heard: list[str] = []

    def shop(environ: dict[str, object], start: object) -> object:
        asked = Asked(environ)
        body = asked.get_data()
        assert is_genuine(SECRET, asked.headers[HEADER], body, now=now())
        heard.append(json.loads(body)["type"])
        return Response(status=400 if len(heard) == 1 else 200)(environ, start)  # type: ignore[arg-type]

    with listening(shop) as there:  # type: ignore[arg-type]
        tell = WebhookSender(hooks=lambda _key: [Hook(url=there, secret=SECRET)], pauses=(7,))
        fake = FakeStripe(tell=tell, tells_twice=True, tells_backwards=True)
        with listening(fake) as url:
            made = StripeClient(secret_key="sk_test_x", base_url=url).create_checkout(wanted(now), key="one")
            press(made.url or "", the="tra")
    last, middle, first = "checkout.session.completed", "payment_intent.succeeded", "payment_intent.created"
    assert heard == [last, last, last, middle, middle, first, first], "the very first was not taken"
    assert waited.count(7) == 1


def test_a_refund_that_fails_may_be_made_again_and_a_disputed_charge_is_not_refunded(
    client: StripeClient, fake: FakeStripe, now: Clock
) -> None:
    made = client.create_intent(Dong(5_000), "DS7K2M9PM", key="one")
    client.set_method(made.id, "pm_card_visa", key="two")
    client.confirm_intent(made.id, key="three")
    back = client.refund(made.id, Dong(5_000), key="back")
    fake.end_refund(back.id, "failed", "expired_or_canceled_card")
    [failed] = client.refunds(made.id)
    assert (failed.status, failed.failure, failed.mark) == ("failed", "expired_or_canceled_card", "back")
    dispute = fake.dispute(made.id)
    [told] = client.disputes(made.id)
    assert told.due_at is not None
    assert (told.status, told.due_at - now()) == ("needs_response", timedelta(days=7))
    with pytest.raises(CardRefused) as refused:
        client.refund(made.id, Dong(1_000), key="again")
    assert refused.value.code == "charge_disputed"
    fake.move_dispute(dispute.id, "won")
    assert client.refund(made.id, Dong(5_000), key="at last").status == "succeeded"
    kinds = [event["type"] for event in fake.events]
    assert kinds.count("charge.refunded") == 2
    assert {"refund.failed", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"} <= set(kinds)
