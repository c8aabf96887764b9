"""A stall's gateway by its kept keys, and what is asked of it about a session."""

from market.base.config import Settings
from market.base.errors import OutsideError
from market.base.http import Http
from market.base.secrets import vault
from market.payments.card.client import API, CardRefused, StripeClient
from market.payments.models import CardAccount
from market.payments.ports import CardGateway, CheckoutSnapshot
from market.payments.rules.cards import is_test_key

PROVIDER = "stripe"
"""The gateway's name in the address that it calls."""
UNKNOWN = 404
PATIENCE = Http(read_seconds=8.0, whole_seconds=20.0, tries=2)
"""Less than usual: a person waits for the page, and with them one of the web process's few threads."""


def gateway_of(account: CardAccount, settings: Settings) -> CardGateway:
    """The stall's gateway."""
    return gateway_with(vault().decrypt(account.secret_cipher), settings)


def gateway_with(secret_key: str, settings: Settings) -> CardGateway:
    """The gateway that a key opens; in development the stand-in that the settings name."""
    if settings.is_production and is_test_key(secret_key):
        raise OutsideError("a trial key moves no money", permanent=True)
    named = None if settings.is_production else settings.stripe_mock_url
    return StripeClient(secret_key=secret_key, base_url=named or API, http=PATIENCE)


def fetch(gateway: CardGateway, session_id: str) -> CheckoutSnapshot:
    """What the gateway says of a session and its intent, both fetched anew."""
    checkout = gateway.checkout(session_id)
    intent = gateway.intent(checkout.intent_id) if checkout.intent_id else None
    return CheckoutSnapshot(checkout=checkout, intent=intent)


def expire(gateway: CardGateway, session_id: str) -> CheckoutSnapshot | None:
    """Close a session that is no longer wanted, and give how it ended: it may have been paid in the meantime. None
    where this account knows no such session."""
    try:
        gateway.expire_checkout(session_id, key=f"expire-{session_id}")
    except CardRefused as error:
        if error.status == UNKNOWN:
            return None
        if not error.permanent:
            raise
    return fetch(gateway, session_id)
