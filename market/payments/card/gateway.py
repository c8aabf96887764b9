"""A stall's gateway by its kept keys, and what is asked of it about a session."""

from market.base.config import Settings
from market.base.errors import OutsideError
from market.base.http import Http
from market.base.secrets import vault
from market.payments.card.client import API, CardRefused, StripeClient
from market.payments.models import CardAccount
from market.payments.ports import CardGateway, CheckoutSnapshot, Intent, LeftAgain
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


def fetch(gateway: CardGateway, session_id: str, *, is_waited_for: bool = False) -> CheckoutSnapshot:
    """What the gateway says of a session, of its intent and of what left it again, all fetched anew; but for the last
    where a person waits (`is_waited_for`)."""
    checkout = gateway.checkout(session_id)
    intent = gateway.intent(checkout.intent_id) if checkout.intent_id else None
    left = LeftAgain() if intent is None or is_waited_for else left_of(gateway, intent)
    return CheckoutSnapshot(checkout=checkout, intent=intent, left=left)


def left_of(gateway: CardGateway, intent: Intent) -> LeftAgain:
    """What left an intent's money again: nothing of one that brought none."""
    if not intent.is_paid:
        return LeftAgain()
    return LeftAgain(refunds=gateway.refunds(intent.id), disputes=gateway.disputes(intent.id))


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
