"""Where banks and card gateways knock: signed calls that need no sign-in and no CSRF token."""

import logging

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from market.base import clock
from market.base.db import reading, transaction
from market.base.secrets import vault
from market.base.web import csrf_protect, limiter
from market.payments.actions import Delivered, NewCredit, log_delivery, match_credit, record_credit
from market.payments.banks import FEEDS
from market.payments.ports import BankFeed
from market.payments.rules.matching import Notice
from market.sellers.models import BankConnection
from market.sellers.queries import connection_by_key

blueprint = Blueprint("payments", __name__)

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
MOST_FAILURES = "240 per minute"


@blueprint.post("/webhook/<provider>/<key>")
@limiter.limit(MOST_FAILURES, deduct_when=lambda response: response.status_code >= 400)
def webhook(provider: str, key: str) -> Response:
    """Take one notice. 2xx only when it is kept: the provider sends anything else again."""
    request.max_content_length = MOST_BYTES
    try:
        return _answer(_take(provider, key))
    except SQLAlchemyError as error:
        log.error("webhook not kept", extra={"provider": provider, "fault": type(error).__name__})
        return _answer(503)


csrf_protect.exempt(webhook)


def _answer(status: int) -> Response:
    """The body is the providers' own word for "kept", to the letter."""
    kept = "true" if status == 200 else "false"
    return Response(f'{{"success": {kept}}}', status=status, mimetype="application/json")


def _take(provider: str, key: str) -> int:
    """The status to answer a knock with; every knock is written down."""
    feed = FEEDS.get(provider)
    connection = connection_by_key(reading(), provider, key) if feed else None
    if feed is None or connection is None:
        return _refuse(provider, None, 404, "unknown address")
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        return _refuse(provider, connection, 413, "too large")
    if not feed.is_genuine(vault().decrypt(connection.secret_cipher), request.headers, body, now=clock.now()):
        return _refuse(provider, connection, 401, "bad signature")
    return _read(feed, connection, body)


def _read(feed: BankFeed, connection: BankConnection, body: bytes) -> int:
    try:
        notice = feed.read(body)
    except ValueError as error:
        return _refuse(feed.name, connection, 400, f"odd field: {error}"[:200], is_signed=True)
    if notice is None:
        return _refuse(feed.name, connection, 200, "nothing to book", is_signed=True)
    _keep(feed, connection, notice, body)
    return 200


def _keep(feed: BankFeed, connection: BankConnection, notice: Notice, body: bytes) -> None:
    """Keep the raw notice first, in a transaction of its own; then match it. What a crash leaves between is found
    again by the next delivery of the same notice, or by the jobs process."""
    now = clock.now()
    with transaction() as session:
        new = NewCredit(connection_id=connection.id, notice=notice, raw=body.decode("utf-8", "replace"))
        credit_id = record_credit(session, new, now=now)
        kept = Delivered(
            provider=feed.name, connection_id=connection.id, is_signed=True, status=200, note=f"credit {credit_id}"
        )
        log_delivery(session, kept, now=now)
    with transaction() as session:
        match_credit(session, credit_id, now=now)


def _refuse(
    provider: str, connection: BankConnection | None, status: int, note: str, *, is_signed: bool = False
) -> int:
    """Write down a knock that brought nothing to keep."""
    knock = Delivered(
        provider=provider[:40],
        connection_id=connection.id if connection else None,
        is_signed=is_signed,
        status=status,
        note=note,
    )
    with transaction() as session:
        log_delivery(session, knock, now=clock.now())
    return status
