"""What happens to where a business is paid: its account, family consent, the feed of bank notices."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.models import Consent, ConsentPurpose
from market.base.audit import Actor
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound, Refused
from market.base.secrets import random_key, vault
from market.base.seen import check_seen
from market.sellers import queries
from market.sellers.actions.register import log_business
from market.sellers.models import ACCOUNT_DIGEST, BankAccount, BankConnection, Business, HolderRelation
from market.values.text import fold

FAMILY_TEXT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBankAccount:
    """Where a business is paid. `family_consent` names the family member whose account it is and who agreed. `seen`:
    `seen_of()` of the facts of the account that it replaces."""

    business_id: int
    bin: str
    number: str
    holder: str
    is_family: bool
    family_consent: str | None
    seen: str


def set_bank_account(session: Session, actor: Actor, new: NewBankAccount, *, now: datetime) -> int:
    """Replace the live account of a verified business; returns its id. Open payment requests keep the account they were
    told. Idempotent: what is the live account already stays it.

    ChangedSince where the live one is not what was seen. Refused where the business is not verified, or where the
    holder is neither the verified person nor a family member whose consent is recorded. NotFound for no such business.
    """
    business = locked(session, Business, Business.id == new.business_id)
    relation = _relation(session, business, new)
    current = _live_account(session, business)
    if current and _is_same_account(session, current.row, new, relation):
        return current.row.id
    check_seen(new.seen, queries.bank_account_facts(session, new.business_id))
    consent = None if relation is HolderRelation.SELF else _family_consent(session, actor, new, now=now)
    if current:
        current.row.closed_at = now
        session.flush()
    account = BankAccount(
        business_id=new.business_id,
        bin=new.bin,
        number_cipher=vault().encrypt(new.number),
        number_digest=vault().digest(*_number(new)),
        number_last4=new.number[-4:],
        holder=new.holder,
        relation=relation,
        consent_id=consent,
        created_at=now,
    )
    session.add(account)
    session.flush()
    log_business(session, actor, "set_bank_account", business.row, "bank_account", now=now)
    return account.id


def _relation(session: Session, business: Locked[Business], new: NewBankAccount) -> HolderRelation:
    """The verified person's or the business's own account, or that of a family member who agreed; else Refused."""
    verification = queries.verification_of(session, business.row.id)
    if verification is None:
        raise Refused("not_verified", "Cơ sở chưa được xã xác nhận nên chưa đặt được tài khoản nhận tiền.")
    if fold(new.holder) in (fold(verification.full_name), fold(business.row.name)):
        return HolderRelation.SELF
    if new.is_family and new.family_consent:
        return HolderRelation.FAMILY
    raise Refused(
        "holder_differs",
        f"Tên chủ tài khoản khác với người đã xác nhận ({verification.full_name}). "
        "Nếu là tài khoản người nhà, chọn mục đó và ghi ai đã đồng ý.",
    )


def _live_account(session: Session, business: Locked[Business]) -> Locked[BankAccount] | None:
    live = BankAccount.business_id == business.row.id, BankAccount.closed_at.is_(None)
    return next(iter(locked_all(session, BankAccount, *live)), None)


def _is_same_account(session: Session, account: BankAccount, new: NewBankAccount, relation: HolderRelation) -> bool:
    consent = session.get(Consent, account.consent_id) if account.consent_id else None
    agreed = consent.note if consent else None
    known = account.holder, account.relation, agreed
    told = new.holder, relation, new.family_consent if consent else None
    return known == told and vault().is_digest(*_number(new), account.number_digest)


def _number(new: NewBankAccount) -> tuple[str, str]:
    return ACCOUNT_DIGEST, f"{new.bin}{new.number}"


def _family_consent(session: Session, actor: Actor, new: NewBankAccount, *, now: datetime) -> int:
    consent = Consent(
        business_id=new.business_id,
        purpose=ConsentPurpose.FAMILY_ACCOUNT,
        text_version=FAMILY_TEXT_VERSION,
        note=new.family_consent,
        witness_id=actor.person_id,
        given_at=now,
    )
    session.add(consent)
    session.flush()
    return consent.id


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
    or its provider is not what was seen. Refused where there is no account yet, NotFound for no such business.
    """
    business = locked(session, Business, Business.id == new.business_id)
    account = _live_account(session, business)
    if account is None:
        raise Refused("no_bank_account", "Chưa có tài khoản nhận tiền. Đặt tài khoản trước rồi nối báo có.")
    known = _live_connection(session, account)
    if known and _is_same_connection(known.row, new):
        return known.row.key
    check_seen(new.seen, queries.bank_feed_facts(session, new.business_id))
    if known is not None and known.row.provider != new.provider:
        known.row.ended_at, known = now, None
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
    last = _last_connection(session, account)
    return last if last and last.row.ended_at is None else None


def _last_connection(session: Session, account: Locked[BankAccount]) -> Locked[BankConnection] | None:
    """The newest feed of the account, ended or not: an earlier one ended when it came."""
    return next(reversed(locked_all(session, BankConnection, BankConnection.bank_account_id == account.row.id)), None)


def _new_connection(session: Session, account: Locked[BankAccount], provider: str, *, now: datetime) -> BankConnection:
    connection = BankConnection(
        bank_account_id=account.row.id, provider=provider, key=random_key(), secret_cipher="", created_at=now
    )
    session.add(connection)
    return connection


def disconnect_bank(session: Session, actor: Actor, business_id: int, *, seen: str, now: datetime) -> None:
    """Take no more notices of the live account: its address answers as an unknown one. Idempotent. NotFound where none
    was ever taken, ChangedSince where the account or its provider is not what was seen (`seen`: `bank_feed_facts`)."""
    business = locked(session, Business, Business.id == business_id)
    account = _live_account(session, business)
    connection = _last_connection(session, account) if account else None
    if connection is None:
        raise NotFound
    if connection.row.ended_at is not None:
        return
    check_seen(seen, queries.bank_feed_facts(session, business_id))
    connection.row.ended_at = now
    log_business(session, actor, "disconnect_bank", business.row, "bank_connection", now=now)
