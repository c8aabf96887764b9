"""What happens to the feed of bank notices of the account a business is paid into."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound, Refused
from market.base.secrets import random_key, vault
from market.base.seen import check_seen
from market.places.queries.modes import require_feature
from market.places.rules.modes import Feature
from market.sellers import queries
from market.sellers.actions.authority import refuse_helper
from market.sellers.actions.receiving import live_account
from market.sellers.actions.register import log_business
from market.sellers.models import BankAccount, BankConnection, Business


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnection:
    """A provider of bank notices and what the seller entered for it, by field name. `seen`: `seen_of()` of the facts of
    the account and of what tells of it so far."""

    business_id: int
    provider: str
    credentials: Mapping[str, str]
    seen: str


def connect_bank(session: Session, actor: Actor, new: NewConnection, *, now: datetime) -> str:
    """Take notices of the live account from a provider, with what the seller entered; returns the address's key.

    New credentials for the same account and provider keep the address, so that nothing has to be changed there; another
    provider ends the earlier connection. Idempotent: what is connected already stays so. ChangedSince where the account
    or its provider is not what was seen. NotAllowed for a helper: what a feed tells is evidence of sales they helped
    with. Refused where the commune's market matches no bank money, and where there is no account yet; NotFound for
    no such business.
    """
    refuse_helper(actor)
    require_feature(session, queries.commune_of_business(session, new.business_id), Feature.BANK_MATCHING)
    business = locked(session, Business, Business.id == new.business_id)
    account = live_account(session, business)
    if account is None:
        raise Refused("no_bank_account", "Chưa có tài khoản nhận tiền. Đặt tài khoản trước rồi nối báo có.")
    known = _live_connection(session, account)
    if known and _is_same_connection(known.row, new):
        return known.row.key
    check_seen(new.seen, queries.bank_feed_facts(session, new.business_id))
    if known is not None and known.row.provider != new.provider:
        _end(_connections(session, account), now=now)
        known = None
    connection = known.row if known else _new_connection(session, account, new.provider, now=now)
    connection.credentials_cipher = vault().encrypt(json.dumps(dict(new.credentials)))
    log_business(session, actor, "connect_bank", business.row, "bank_connection", now=now)
    return connection.key


def _is_same_connection(connection: BankConnection, new: NewConnection) -> bool:
    """False also for credentials that no key opens any more: those wait to be replaced."""
    try:
        known = queries.credentials_of(connection)
    except ValueError:
        return False
    return (connection.provider, known) == (new.provider, dict(new.credentials))


def _live_connection(session: Session, account: Locked[BankAccount]) -> Locked[BankConnection] | None:
    """The newest live feed of the account, whichever of its rows it was connected for."""
    live = [one for one in _connections(session, account) if one.row.ended_at is None]
    return live[-1] if live else None


def _connections(session: Session, account: Locked[BankAccount]) -> Sequence[Locked[BankConnection]]:
    """All feeds that the account ever had, by id. Before feeds belonged to numbers, each row could have one of its
    own."""
    rows = queries.rows_of_number(session, account.row.id)
    return locked_all(session, BankConnection, BankConnection.bank_account_id.in_(rows))


def _end(connections: Sequence[Locked[BankConnection]], *, now: datetime) -> None:
    for one in connections:
        one.row.ended_at = one.row.ended_at or now


def _new_connection(session: Session, account: Locked[BankAccount], provider: str, *, now: datetime) -> BankConnection:
    connection = BankConnection(
        bank_account_id=account.row.id, provider=provider, key=random_key(), secret_cipher="", created_at=now
    )
    session.add(connection)
    return connection


def disconnect_bank(session: Session, actor: Actor, business_id: int, *, seen: str, now: datetime) -> None:
    """Take no more notices of the live account: its address answers as an unknown one. Idempotent. NotFound where none
    was ever taken, ChangedSince where the account or its provider is not what was seen (`seen`: `bank_feed_facts`),
    NotAllowed for a helper."""
    refuse_helper(actor)
    business = locked(session, Business, Business.id == business_id)
    account = live_account(session, business)
    connections = _connections(session, account) if account else []
    if not connections:
        raise NotFound
    if all(one.row.ended_at is not None for one in connections):
        return
    check_seen(seen, queries.bank_feed_facts(session, business_id))
    _end(connections, now=now)
    log_business(session, actor, "disconnect_bank", business.row, "bank_connection", now=now)
