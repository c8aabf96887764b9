"""What happens to where a business is paid: its account, family consent, the feed of bank notices."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.models import Consent, ConsentPurpose
from market.base.audit import Actor
from market.base.errors import NotFound, Refused
from market.base.secrets import random_key, vault
from market.sellers import queries
from market.sellers.actions.register import log_business
from market.sellers.models import BankAccount, BankConnection, Business, HolderRelation
from market.values.text import fold

FAMILY_TEXT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBankAccount:
    """Where a business is paid. `family_consent` names the family member whose account it is and who agreed."""

    business_id: int
    bin: str
    number: str
    holder: str
    is_family: bool
    family_consent: str | None


def set_bank_account(session: Session, actor: Actor, new: NewBankAccount, *, now: datetime) -> int:
    """Replace the live account of a verified business. Open payment requests keep the account they were told.

    The holder must be the verified person, or a family member whose consent is recorded.
    """
    verification = queries.verification_of(session, new.business_id)
    if verification is None:
        raise Refused("Cơ sở chưa được xã xác nhận nên chưa đặt được tài khoản nhận tiền.")
    is_own = fold(new.holder) in (fold(verification.full_name), fold(_business(session, new.business_id).name))
    if not is_own and not (new.is_family and new.family_consent):
        raise Refused(
            f"Tên chủ tài khoản khác với người đã xác nhận ({verification.full_name}). "
            "Nếu là tài khoản người nhà, chọn mục đó và ghi ai đã đồng ý."
        )
    consent = None if is_own else _family_consent(session, actor, new, now=now)
    current = queries.live_bank_account(session, new.business_id)
    if current:
        current.closed_at = now
        session.flush()
    account = BankAccount(
        business_id=new.business_id,
        bin=new.bin,
        number_cipher=vault().encrypt(new.number),
        number_digest=vault().digest("bank-account", f"{new.bin}{new.number}"),
        number_last4=new.number[-4:],
        holder=new.holder,
        relation=HolderRelation.CHINH_CHU if is_own else HolderRelation.NGUOI_NHA,
        consent_id=consent,
        created_at=now,
    )
    session.add(account)
    session.flush()
    log_business(session, actor, "set_bank_account", _business(session, new.business_id), "bank_account", now=now)
    return account.id


def _business(session: Session, business_id: int) -> Business:
    return session.get_one(Business, business_id)


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
    """A provider of bank notices and what the seller entered for it, by field name."""

    business_id: int
    provider: str
    credentials: Mapping[str, str]


def connect_bank(session: Session, actor: Actor, new: NewConnection, *, now: datetime) -> str:
    """Take notices of the live account from a provider, with what the seller entered; returns the address's key.

    New credentials for the same account and provider keep the address, so that nothing has to be changed there; another
    provider ends the earlier connection. Refused where there is no account yet.
    """
    account = queries.live_bank_account(session, new.business_id)
    if account is None:
        raise Refused("Chưa có tài khoản nhận tiền. Đặt tài khoản trước rồi nối báo có.")
    known = queries.connection_of(session, account.id)
    if known is not None and known.provider != new.provider:
        known.ended_at, known = now, None
    if known is None:
        known = BankConnection(
            bank_account_id=account.id, provider=new.provider, key=random_key(), secret_cipher="", created_at=now
        )
        session.add(known)
    known.credentials_cipher = vault().encrypt(json.dumps(dict(new.credentials)))
    session.flush()
    log_business(session, actor, "connect_bank", account.business, "bank_connection", now=now)
    return known.key


def disconnect_bank(session: Session, actor: Actor, business_id: int, *, now: datetime) -> None:
    """Take no more notices of the live account: its address answers as an unknown one."""
    account = queries.live_bank_account(session, business_id)
    connection = queries.connection_of(session, account.id) if account else None
    if account is None or connection is None:
        raise NotFound
    connection.ended_at = now
    log_business(session, actor, "disconnect_bank", account.business, "bank_connection", now=now)
