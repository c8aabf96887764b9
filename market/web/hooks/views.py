"""The one address for signed calls of other machines: no sign-in, no CSRF token, every call written down."""

import logging

from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from market.base import clock
from market.base.db import transaction
from market.base.errors import OutsideError
from market.base.logs import fault_of
from market.payments.actions import Delivered, log_delivery
from market.payments.banks import PROVIDERS
from market.payments.card.gateway import PROVIDER as CARD_GATEWAY
from market.payments.ports import CallLimits, Reply
from market.web.base.web import csrf_protect, limiter
from market.web.hooks import bank as bank_hook
from market.web.hooks import card as card_hook
from market.web.hooks.blueprint import blueprint
from market.web.hooks.webhook import WebhookRequest, WebhookResult

log = logging.getLogger(__name__)

CARD_LIMITS = CallLimits(body_bytes=64 * 1024, failures_a_minute=240)


def _limits() -> CallLimits:
    """Those of the provider named in the address; an unknown one has the card gateway's."""
    provider = PROVIDERS.get((request.view_args or {}).get("provider", ""))
    return provider.limits if provider else CARD_LIMITS


def _most_failures() -> str:
    return f"{_limits().failures_a_minute} per minute"


@blueprint.post("/webhook/<provider>/<key>")
@limiter.limit(_most_failures, deduct_when=lambda response: response.status_code >= 400)
def webhook(provider: str, key: str) -> Response:
    """Handle one call. 2xx only when what it brought is kept: the other side sends anything else again."""
    request.max_content_length = _limits().body_bytes
    try:
        outcome = _outcome(provider, key)
        if not outcome.is_written:
            _write_down(provider, outcome)
    except (SQLAlchemyError, OutsideError) as error:
        log.error("webhook not kept", extra={"provider": provider, "fault": fault_of(error)})
        return _answer(provider, 503)
    return _answer(provider, outcome.status)


csrf_protect.exempt(webhook)


def _answer(name: str, status: int) -> Response:
    """The body is the provider's own word for "kept", to the letter; a card gateway reads the status alone."""
    provider, kept = PROVIDERS.get(name), status == 200
    reply = provider.reply(kept=kept) if provider else Reply(body=f'{{"success": {str(kept).lower()}}}')
    return Response(reply.body, status=status, mimetype=reply.mimetype)


def _outcome(provider: str, key: str) -> WebhookResult:
    handle = card_hook.handle if provider == CARD_GATEWAY else bank_hook.handle
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        return WebhookResult(status=413, note="too large")
    return handle(WebhookRequest(provider=provider, key=key, headers=request.headers, body=body, at=clock.now()))


def _write_down(provider: str, outcome: WebhookResult) -> None:
    delivered = Delivered(
        provider=provider[:40],
        connection_id=outcome.connection_id,
        is_signed=outcome.is_signed,
        status=outcome.status,
        note=outcome.note[:200],
    )
    with transaction() as session:
        log_delivery(session, delivered, now=clock.now())
