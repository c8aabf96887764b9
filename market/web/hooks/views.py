"""The one address for signed calls of other machines: no sign-in, no CSRF token, every signed call written down.

Anybody who finds an address may call it. A call whose signature does not hold is answered, counted at its address up to
a bound (`payments/actions/brakes.py`), and leaves nothing else. A signed one always gets in.
"""

import logging

from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from market.base import clock
from market.base.attempts import count_try, refuse_closed
from market.base.db import transaction
from market.base.errors import OutsideError, TooManyTries
from market.base.logs import fault_of
from market.base.outages import AGAIN_AFTER
from market.base.secrets import KeyMissing
from market.payments.actions import Delivered, log_delivery
from market.payments.actions.brakes import unsigned_calls
from market.payments.banks import PROVIDERS
from market.payments.card.gateway import PROVIDER as CARD_GATEWAY
from market.payments.ports import CallLimits, Reply
from market.web.base.refusals import note_refusal
from market.web.base.web import csrf_protect
from market.web.hooks import bank as bank_hook
from market.web.hooks import card as card_hook
from market.web.hooks import identity as identity_hook
from market.web.hooks.blueprint import blueprint
from market.web.hooks.webhook import UNREAD, WebhookRequest, WebhookResult

log = logging.getLogger(__name__)

CARD_LIMITS = CallLimits(body_bytes=64 * 1024, failures_a_minute=240)


def _limits() -> CallLimits:
    """Those of the provider named in the address; an unknown one has the card gateway's."""
    provider = PROVIDERS.get((request.view_args or {}).get("provider", ""))
    return provider.limits if provider else CARD_LIMITS


@blueprint.post("/webhook/<provider>/<key>")
def webhook(provider: str, key: str) -> Response:
    """Handle one call. 2xx only when what it brought is kept: the other side sends anything else again."""
    request.max_content_length = _limits().body_bytes
    try:
        outcome = _outcome(provider, key)
        if outcome.is_signed and not outcome.is_written:
            _write_down(provider, outcome)
        status = _counted(provider, key, outcome) if outcome.status == 401 else outcome.status
    except (SQLAlchemyError, OutsideError, KeyMissing) as error:
        log.error("webhook not kept", extra={"provider": provider, "fault": fault_of(error)})
        return _answer(provider, 503)
    return _answer(provider, status)


csrf_protect.exempt(webhook)


@blueprint.post("/webhook/dinh-danh/<provider>")
def identity_call(provider: str) -> Response:
    """What an identity provider says of a seller's account; anything but 2xx is sent again."""
    request.max_content_length = identity_hook.LARGEST_CALL
    try:
        return _answer(provider, identity_hook.handle(provider))
    except (SQLAlchemyError, KeyMissing) as error:
        log.error("identity call not kept", extra={"provider": provider, "fault": fault_of(error)})
        return _answer(provider, 503)


csrf_protect.exempt(identity_call)


def _counted(provider: str, key: str, outcome: WebhookResult) -> int:
    """The status for a call to an address of ours whose signature does not hold: it is counted, and its owner sees why.
    Where many have come already it is 429, which is read, not written."""
    brake = unsigned_calls(_limits())
    try:
        refuse_closed(brake, provider, key)
        count_try(brake, provider, key)
    except TooManyTries as refusal:
        note_refusal(refusal)
        return refusal.status
    bank_hook.remember_refused(outcome)
    return 401


def _answer(name: str, status: int) -> Response:
    """The body is the provider's own word for "kept", to the letter; a card gateway reads the status alone."""
    provider, kept = PROVIDERS.get(name), status == 200
    reply = provider.reply(kept=kept) if provider else Reply(body=f'{{"success": {str(kept).lower()}}}')
    again = {"Retry-After": f"{AGAIN_AFTER.total_seconds():.0f}"} if status == 503 else {}
    return Response(reply.body, status=status, mimetype=reply.mimetype, headers=again)


def _outcome(provider: str, key: str) -> WebhookResult:
    is_card = provider == CARD_GATEWAY
    handle = card_hook.handle if is_card else bank_hook.handle
    if card_hook.is_unread(key) if is_card else bank_hook.is_unread(provider, key):
        return UNREAD
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        return WebhookResult(status=413, note="too large")
    return handle(WebhookRequest(provider=provider, key=key, headers=request.headers, body=body, at=clock.now()))


def _write_down(provider: str, outcome: WebhookResult) -> None:
    delivered = Delivered(
        provider=provider,
        connection_id=outcome.connection_id,
        is_signed=True,
        status=outcome.status,
        note=outcome.note[:200],
    )
    with transaction() as session:
        log_delivery(session, delivered, now=clock.now())
