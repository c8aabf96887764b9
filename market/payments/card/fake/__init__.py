"""A Stripe-compatible gateway in memory, for tests and development: intents and sessions that move, keys that replay,
refunds with a cap, a page to pay at, signed calls. It behaves where the published mocks do not."""

from market.payments.card.fake.books import FakeIntent, FakeSession, HookCall
from market.payments.card.fake.delivery import Hook, WebhookSender
from market.payments.card.fake.gateway import FakeStripe
from market.payments.card.fake.intents import DECLINED, NEEDS_ACTION

__all__ = ["DECLINED", "NEEDS_ACTION", "FakeIntent", "FakeSession", "FakeStripe", "Hook", "HookCall", "WebhookSender"]
