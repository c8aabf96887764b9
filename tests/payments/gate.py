"""A stall's account at the fake card gateway, both ends of it: what cards' stories share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.seen import seen_of
from market.payments import actions
from market.payments.card.client import StripeClient
from market.payments.card.fake import FakeStripe, HookCall
from market.payments.models import CardAccount, CardPayment
from market.payments.ports import NewCheckout
from market.payments.queries import card_payment, facts_of_card_keys
from market.sellers.models import Stall
from tests.conftest import Clock
from tests.payments.steps import Bought
from tests.sellers.changing import owner_of, save_keys
from tests.services.loopback import listening

KEY = "sk_test_lan_2026"
SECRET = "whsec_lan_2026"
NOBODY = "http://127.0.0.1:9"


@dataclass
class Gate:
    """The gateway, and the stall's account there."""

    app: Flask
    fake: FakeStripe
    url: str
    stall: int
    hook: str

    @property
    def client(self) -> StripeClient:
        return StripeClient(secret_key=KEY, base_url=self.url)

    @property
    def account(self) -> int:
        return reading().scalars(select(CardAccount.id).where(CardAccount.stall_id == self.stall)).one()

    def begin(self, order: Bought, now: Clock) -> str:
        """The session of what an order still asks, made at the gateway and remembered here."""
        with transaction() as session:
            payment_id = actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
        begun = card_payment(reading(), payment_id)
        made = self.client.create_checkout(new_checkout(order, begun), key=begun.idempotency_key)
        with transaction() as session:
            actions.note_checkout(session, payment_id, made)
        return made.id

    def intent_of(self, session_id: str) -> str:
        intent = self.fake.sessions[session_id].intent
        assert intent
        return intent.id

    def pays(self, client: FlaskClient, order: Bought, now: Clock) -> str:
        """A card pays what an order still asks, and the market is told; the intent's id."""
        session_id = self.begin(order, now)
        self.fake.pay_session(session_id)
        self.tell_all(client, now)
        self.fake.events.clear()
        return self.intent_of(session_id)

    def goes_away(self) -> None:
        self.app.config["CHOSO"] = self.app.config["CHOSO"].model_copy(update={"stripe_mock_url": NOBODY})

    def is_back(self) -> None:
        self.app.config["CHOSO"] = self.app.config["CHOSO"].model_copy(update={"stripe_mock_url": self.url})

    def deliver(self, client: FlaskClient, call: HookCall) -> int:
        return client.post(self.hook, data=call.body, headers=call.headers).status_code

    def tell_all(self, client: FlaskClient, now: Clock, *, twice: bool = False, backwards: bool = False) -> list[int]:
        """Every event so far is delivered to the market."""
        return [self.deliver(client, call) for call in self.fake.calls(now(), twice=twice, backwards=backwards)]


def new_checkout(order: Bought, begun: CardPayment) -> NewCheckout:
    return NewCheckout(
        amount=begun.amount,
        order_code=order.code,
        success_url=f"http://cho.test/don/{order.code}/the/ve",
        cancel_url=f"http://cho.test/don/{order.code}/tra-tien?the=thoi",
        expires_at=begun.expires_at,
    )


def goes(order: Bought) -> list[CardPayment]:
    """The goes at paying an order by card, oldest first, as they stand now."""
    reading().expire_all()
    query = select(CardPayment).join(CardPayment.request).order_by(CardPayment.id)
    return [go for go in reading().scalars(query) if go.request.order_id == order.id]


def keys_seen(session: Session, stall: int) -> str:
    """Which keys the stall's page shows now."""
    return seen_of(facts_of_card_keys(session, stall))


@contextmanager
def opened(app: Flask, stall: int, now: Clock) -> Iterator[Gate]:
    """The fake gateway on a port of its own, and the stall takes cards with an account there."""
    fake = FakeStripe(hook_secret=SECRET)
    with listening(fake) as url:
        with transaction() as session:
            seen = keys_seen(session, stall)
            new = actions.NewCardKeys(stall_id=stall, seen=seen, secret_key=KEY, hook_secret=SECRET)
            hook = save_keys(session, new, now)
            owner = Actor(person_id=owner_of(session, session.get_one(Stall, stall).business_id))
            actions.enable_card_payments(session, owner, stall, seen=keys_seen(session, stall), now=now())
        gate = Gate(app=app, fake=fake, url=url, stall=stall, hook=f"/webhook/stripe/{hook}")
        gate.is_back()
        yield gate


def accepts(stall: int) -> bool:
    reading().expire_all()
    return reading().get_one(Stall, stall).accepts_card
