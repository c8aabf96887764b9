"""The bank account that somebody writes down while the commune looks, and their leave to put their goods up by itself.

Nothing is paid into a drafted account, and nobody but its writer is shown it. It is put in force by its writer alone,
through `set_bank_account`, with all that that asks for: it only fills that form in.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Change, record
from market.base.db import locked
from market.base.errors import Refused
from market.base.secrets import vault
from market.sellers.actions.authority import OwnPassword, require_own_device
from market.sellers.actions.drafts import Drafter
from market.sellers.models import DraftedAccount, ListingLeave
from market.sellers.queries import drafts as queries
from market.sellers.rules import reason_against_account
from market.values.period import local_day
from market.values.phone import Phone

NOTHING_WAITS = (
    "Bạn chưa có gì chờ xã xem. Đã có gian hàng thì đặt tài khoản ở mục Tiền; chưa có thì nhận hộ của mình trước."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDraft:
    """An account as its writer put it down: what `NewBankAccount` is made of. `family_phone` where `is_family`."""

    bin: str
    number: str = field(repr=False)
    holder: str
    is_family: bool
    family_phone: Phone | None

    def sealed(self) -> str:
        phone = self.family_phone.national if self.family_phone else None
        said = {"bin": self.bin, "number": self.number, "holder": self.holder, "is_family": self.is_family}
        return vault().encrypt(json.dumps({**said, "family_phone": phone}))


def opened(row: DraftedAccount) -> AccountDraft:
    """What a row holds, for its writer."""
    said = json.loads(vault().decrypt(row.content_cipher))
    phone = said.pop("family_phone")
    return AccountDraft(**said, family_phone=Phone.written(phone) if phone else None)


def draft_account(session: Session, who: Drafter, new: AccountDraft, proof: OwnPassword, *, now: datetime) -> None:
    """Keep an account until the commune has answered, in place of the one kept before. Idempotent.

    Refused where nothing of the person's waits for the office, on a device that is not theirs alone or without their
    password (`require_own_device`), and for an account that nobody can pay into by a code. NotFound where the person is
    gone.
    """
    locked(session, Person, Person.id == who.person_id)
    require_own_device(session, who.person_id, proof, now=now)
    if not queries.awaits_office(session, who.commune_id, who.person_id):
        raise Refused("nothing_waits", NOTHING_WAITS)
    if reason := reason_against_account(new.bin, new.number, local_day(now)):
        raise Refused("no_qr", reason)
    kept = queries.drafted_account(session, who.commune_id, who.person_id)
    if kept is None:
        kept = DraftedAccount(commune_id=who.commune_id, person_id=who.person_id)
        session.add(kept)
    kept.content_cipher, kept.saved_at = new.sealed(), now
    _note(session, who, "draft_account", now=now)


def drop_account(session: Session, commune_id: int, person_id: int) -> None:
    """Forget what the person has drafted: they take it back, or are about to put an account in force. Idempotent;
    NotFound where the person is gone."""
    locked(session, Person, Person.id == person_id)
    mine = DraftedAccount.commune_id == commune_id, DraftedAccount.person_id == person_id
    session.execute(delete(DraftedAccount).where(*mine))


def set_leave(session: Session, who: Drafter, *, is_given: bool, now: datetime) -> None:
    """Let what the person has prepared be put up by itself once the commune has verified them, or no more. Idempotent:
    what was given stays as of when it was. Refused where nothing of theirs waits for the office any more; NotFound
    where they are gone."""
    locked(session, Person, Person.id == who.person_id)
    given = queries.listing_leave(session, who.commune_id, who.person_id)
    if is_given == (given is not None):
        return
    if given is not None:
        session.delete(given)
    elif not queries.awaits_office(session, who.commune_id, who.person_id):
        raise Refused(
            "nothing_waits", "Bạn không có gì đang chờ xã nên chợ chưa ghi lựa chọn này. Hàng soạn vẫn giữ nguyên."
        )
    else:
        session.add(ListingLeave(commune_id=who.commune_id, person_id=who.person_id, given_at=now))
    _note(session, who, "let_drafts_be_listed" if is_given else "keep_drafts_unlisted", now=now)


def _note(session: Session, who: Drafter, verb: str, *, now: datetime) -> None:
    change = Change(verb=verb, subject="person", subject_id=who.person_id, commune_id=who.commune_id)
    record(session, who.actor, change, now=now)
