"""What a provider tells when it is asked for all that came in: what no call brought is booked as if one had."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.clock import Clock
from market.base.db import locked_all
from market.payments.actions.bank_credits import NewCredits, record_credits
from market.payments.models import BankAccess, BankCredit
from market.payments.queries.modes import is_on, of_feed
from market.payments.rules.matching import BankTransaction
from market.places.rules.modes import Feature
from market.sellers.models import BankConnection
from market.sellers.queries import account_number


def record_found(
    session: Session, connection_id: int, found: Sequence[BankTransaction], *, clock: Clock
) -> Sequence[int]:
    """Keep what a provider told of the feed's own account; returns the ids of what no call had brought, to be matched
    apart. What came in on other accounts of the same access is nobody's business here; and nothing is, where the
    commune's market matches no bank money. NotFound for no such feed."""
    if not is_on(session, of_feed(connection_id), Feature.BANK_MATCHING):
        return []
    connection = session.get_one(BankConnection, connection_id)
    number, now = account_number(connection.bank_account), clock()
    kept: list[int] = []
    for one in found:
        if number in one.accounts:
            new = NewCredits(connection_id=connection_id, notices=[one], raw=_raw(one), received_at=now, found_at=now)
            kept += record_credits(session, new)
    query = select(BankCredit.id).where(BankCredit.id.in_(kept), BankCredit.found_at == now)
    return session.scalars(query.order_by(BankCredit.id)).all()


def _raw(one: BankTransaction) -> str:
    """What was told, as it is kept in place of a call."""
    said = {"id": one.provider_txn_id, "amount": one.amount, "memo": one.memo, "reference": one.bank_ref}
    return json.dumps({"asked": said | {"at": one.occurred_at.isoformat()}}, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRound:
    """How far has been asked with what was granted at a moment."""

    granted_at: datetime
    until: datetime


def note_searched(session: Session, access_id: int, done: SearchRound) -> None:
    """Write down until when all that came in is known. What was withdrawn or granted anew meanwhile is left alone."""
    for known in locked_all(session, BankAccess, BankAccess.id == access_id):
        if known.row.granted_at == done.granted_at:
            known.row.searched_to = max(known.row.searched_to or done.until, done.until)
