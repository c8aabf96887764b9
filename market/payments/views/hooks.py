"""The one address for signed calls of other machines: no sign-in, no CSRF token, every knock written down."""

import logging

from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from market.base import clock
from market.base.db import transaction
from market.base.errors import OutsideError
from market.base.logs import fault_of
from market.base.web import csrf_protect, limiter
from market.payments.actions import Delivered, log_delivery
from market.payments.views import bank_hook, card_hook
from market.payments.views.blueprint import blueprint
from market.payments.views.knock import Knock, Outcome

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
MOST_FAILURES = "240 per minute"


@blueprint.post("/webhook/<provider>/<key>")
@limiter.limit(MOST_FAILURES, deduct_when=lambda response: response.status_code >= 400)
def webhook(provider: str, key: str) -> Response:
    """Take one call. 2xx only when what it brought is kept: the other side sends anything else again."""
    request.max_content_length = MOST_BYTES
    try:
        outcome = _outcome(provider, key)
        if not outcome.is_written:
            _write_down(provider, outcome)
    except (SQLAlchemyError, OutsideError) as error:
        log.error("webhook not kept", extra={"provider": provider, "fault": fault_of(error)})
        return _answer(503)
    return _answer(outcome.status)


csrf_protect.exempt(webhook)


def _answer(status: int) -> Response:
    """The body is the providers' own word for "kept", to the letter."""
    kept = "true" if status == 200 else "false"
    return Response(f'{{"success": {kept}}}', status=status, mimetype="application/json")


def _outcome(provider: str, key: str) -> Outcome:
    take = card_hook.take if provider == card_hook.PROVIDER else bank_hook.take
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        return Outcome(status=413, note="too large")
    return take(Knock(provider=provider, key=key, headers=request.headers, body=body, at=clock.now()))


def _write_down(provider: str, outcome: Outcome) -> None:
    knock = Delivered(
        provider=provider[:40],
        connection_id=outcome.connection_id,
        is_signed=outcome.is_signed,
        status=outcome.status,
        note=outcome.note[:200],
    )
    with transaction() as session:
        log_delivery(session, knock, now=clock.now())
