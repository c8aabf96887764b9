"""A bank's notice at the door: genuine, read, kept raw, then matched."""

from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.actions import Delivered, NewCredit, log_delivery, match_credit, record_credit
from market.payments.banks import FEEDS
from market.payments.rules.matching import Notice
from market.payments.views.knock import Knock, Outcome
from market.sellers.queries import connection_by_key


def take(knock: Knock) -> Outcome:
    feed = FEEDS.get(knock.provider)
    connection = connection_by_key(reading(), knock.provider, knock.key) if feed else None
    if feed is None or connection is None:
        return Outcome(status=404, note="unknown address")
    secret = vault().decrypt(connection.secret_cipher)
    if not feed.is_genuine(secret, knock.headers, knock.body, now=knock.at):
        return Outcome(status=401, note="bad signature", connection_id=connection.id)
    try:
        notice = feed.read(knock.body)
    except ValueError as error:
        return Outcome(status=400, note=f"odd field: {error}", connection_id=connection.id, is_signed=True)
    if notice is None:
        return Outcome(status=200, note="nothing to book", connection_id=connection.id, is_signed=True)
    return _keep(knock, connection.id, notice)


def _keep(knock: Knock, connection_id: int, notice: Notice) -> Outcome:
    """Keep the raw notice first, in a transaction of its own; then match it. What a crash leaves between is found
    again by the next delivery of the same notice, or by the jobs process."""
    new = NewCredit(connection_id=connection_id, notice=notice, raw=knock.body.decode("utf-8", "replace"))
    with transaction() as session:
        credit_id = record_credit(session, new, now=knock.at)
        note = f"credit {credit_id}"
        kept = Delivered(provider=knock.provider, connection_id=connection_id, is_signed=True, status=200, note=note)
        log_delivery(session, kept, now=knock.at)
    with transaction() as session:
        match_credit(session, credit_id, now=knock.at)
    return Outcome(status=200, note=note, is_written=True)
