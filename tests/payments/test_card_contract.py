"""What our client and a card gateway owe each other: the same story on our fake and on its peers, where they are."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from market.base import clock
from market.base.errors import OutsideError
from market.base.secrets import random_key
from market.payments.card.client import CardRefused, StripeClient
from market.payments.card.fake import FakeStripe
from market.payments.card.gateway import expire
from market.payments.ports import NewCheckout
from market.payments.rules.cards import CHECKOUT_LIFE
from market.values.money import Dong
from tests.services import stripes
from tests.services.loopback import listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A gateway to talk to. `is_stateful`: what it is told stays true (stripe-mock answers from a fixture).
    `has_sessions`: it knows Checkout Sessions (localstripe does not)."""

    name: str
    client: StripeClient
    is_stateful: bool = True
    has_sessions: bool = True


@pytest.fixture(
    params=[
        "fake",
        pytest.param("localstripe", marks=pytest.mark.outside),
        pytest.param("stripe-mock", marks=pytest.mark.outside),
    ]
)
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    if request.param == "fake":
        with listening(FakeStripe(hook_secret="whsec_x")) as url:
            yield Peer(name="fake", client=client_of(url))
    elif request.param == "localstripe":
        with stripes.localstripe() as local:
            if local is None:
                pytest.skip(stripes.NO_LOCALSTRIPE)
            yield Peer(name="localstripe", client=client_of(local), has_sessions=False)
    else:
        mock = stripes.stripe_mock()
        if mock is None:
            pytest.skip(stripes.NO_STRIPE_MOCK)
        yield Peer(name="stripe-mock", client=client_of(mock), is_stateful=False)


def client_of(url: str) -> StripeClient:
    return StripeClient(secret_key="sk_test_" + "choso12345", base_url=url)


def test_a_card_pays_and_part_of_it_goes_back(peer: Peer) -> None:
    client = peer.client
    made = client.create_intent(Dong(150_000), "DS7K2M9PM", key=random_key())
    assert (made.amount, made.currency) == (150_000, "vnd"), "đồng have no minor unit"
    assert made.id.startswith("pi_")
    chosen = client.set_method(made.id, "pm_card_visa", key=random_key())
    done = client.confirm_intent(made.id, key=random_key())
    assert chosen.id == done.id == made.id
    if peer.is_stateful:
        assert (done.is_paid, done.received) == (True, 150_000)
        assert client.intent(made.id) == done
    back = client.refund(made.id, Dong(50_000), key=random_key())
    assert (back.amount, back.status) == (50_000, "succeeded")
    assert back.id.startswith("re_")


def test_an_intent_is_called_off(peer: Peer) -> None:
    made = peer.client.create_intent(Dong(25_000), "DS7K2M9PM", key=random_key())
    over = peer.client.cancel_intent(made.id, key=random_key())
    assert over.id == made.id
    if peer.is_stateful:
        assert over.status == "canceled"
        with pytest.raises(CardRefused) as refused:
            peer.client.confirm_intent(made.id, key=random_key())
        assert refused.value.permanent


def test_an_amount_of_nothing_is_refused_in_the_gateway_s_words(peer: Peer) -> None:
    if not peer.is_stateful:
        pytest.skip("stripe-mock checks types, not amounts")
    with pytest.raises(CardRefused) as refused:
        peer.client.create_intent(Dong(0), "DS7K2M9PM", key=random_key())
    assert (refused.value.status, refused.value.is_declined, refused.value.permanent) == (400, False, True)
    assert str(refused.value)


def test_a_wrong_key_is_refused(peer: Peer) -> None:
    stranger = StripeClient(secret_key="nobody", base_url=peer.client.base_url)
    with pytest.raises(CardRefused) as refused:
        stranger.create_intent(Dong(1000), "DS7K2M9PM", key=random_key())
    assert refused.value.status == 401
    assert "nobody" not in repr(stranger)


def wanted() -> NewCheckout:
    return NewCheckout(
        amount=Dong(150_000),
        order_code="DS7K2M9PM",
        success_url="https://cho.test/don/DS7K2M9PM/the/ve",
        cancel_url="https://cho.test/don/DS7K2M9PM/tra-tien?the=thoi",
        expires_at=clock.now() + CHECKOUT_LIFE,
    )


def test_a_page_to_pay_at_is_made_looked_at_and_closed(peer: Peer) -> None:
    """stripe-mock takes the request as it is shaped and has no address to give; localstripe knows no such thing."""
    client = peer.client
    if not peer.has_sessions:
        with pytest.raises(CardRefused) as refused:
            client.create_checkout(wanted(), key=random_key())
        assert refused.value.status == 404
        return
    if not peer.is_stateful:
        with pytest.raises(OutsideError, match="no address"):
            client.create_checkout(wanted(), key=random_key())
        assert client.checkout("cs_test_x").id.startswith("cs_")
        assert client.expire_checkout("cs_test_x", key=random_key()).id.startswith("cs_")
        return
    key, asked = random_key(), wanted()
    made = client.create_checkout(asked, key=key)
    assert client.create_checkout(asked, key=key).id == made.id
    assert (made.status, made.is_paid, made.intent_id) == ("open", False, None)
    assert client.checkout(made.id) == made
    ended = expire(client, made.id)
    assert ended is not None
    assert (ended.checkout.status, ended.checkout.url) == ("expired", None)


def test_a_key_is_tried_before_it_is_kept(peer: Peer) -> None:
    if not peer.has_sessions:
        pytest.skip("localstripe knows no sessions")
    peer.client.try_key()
    with pytest.raises(CardRefused) as refused:
        StripeClient(secret_key="nobody", base_url=peer.client.base_url).try_key()
    assert refused.value.status == 401


def test_a_refund_is_made_once_and_found_again_by_its_mark(peer: Peer) -> None:
    """localstripe keeps no keys and lists no refunds: it shows that the request is taken as it is shaped."""
    client, key = peer.client, random_key()
    made = client.create_intent(Dong(150_000), "DS7K2M9PM", key=random_key())
    client.set_method(made.id, "pm_card_visa", key=random_key())
    client.confirm_intent(made.id, key=random_key())
    back = client.refund(made.id, Dong(50_000), key=key)
    assert (back.id[:3], back.amount) == ("re_", 50_000)
    if not peer.has_sessions:
        return
    assert all(one.id.startswith("re_") for one in client.refunds(made.id))
    assert all(one.id for one in client.disputes(made.id))
    if peer.is_stateful:
        assert client.refund(made.id, Dong(50_000), key=key) == back
        assert [(one.id, one.mark) for one in client.refunds(made.id)] == [(back.id, key)]
        assert client.disputes(made.id) == []
        with pytest.raises(CardRefused) as refused:
            client.refund(made.id, Dong(100_001), key=random_key())
        assert (refused.value.status, refused.value.permanent) == (400, True)


def test_a_card_that_its_bank_declines_leaves_the_intent_open(peer: Peer) -> None:
    if peer.name != "fake":
        pytest.skip("localstripe declines only what is attached, stripe-mock nothing")
    client = peer.client
    made = client.create_intent(Dong(150_000), "DS7K2M9PM", key=random_key())
    client.set_method(made.id, "pm_card_chargeDeclinedInsufficientFunds", key=random_key())
    with pytest.raises(CardRefused) as refused:
        client.confirm_intent(made.id, key=random_key())
    assert (refused.value.is_declined, refused.value.reason) == (True, "insufficient_funds")
    assert client.intent(made.id).declined == "insufficient_funds"
