"""A stall's own account at the card gateway: its keys, the first at once, others a day later; offered or not."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor, record
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Refused
from market.base.secrets import vault
from market.base.seen import check_seen
from market.payments.actions.events import change_at
from market.payments.models import CardAccount
from market.payments.queries.cards import card_account_of, hook_key_of
from market.payments.queries.facts import facts_of_card_keys
from market.payments.queries.modes import of_stall, require
from market.places.rules.modes import Feature
from market.sellers.actions import (
    NewChange,
    OwnerProof,
    ask_change,
    due_change,
    end_change,
    refuse_helper,
    require_member,
    require_owner,
)
from market.sellers.models import Business, ChangeKind, ChangeState, Stall
from market.sellers.queries import content_of, verification_of, waiting_change

Keys = tuple[str, str]
"""The secret key and the secret that signs the gateway's calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCardKeys:
    """The keys of a stall's own account at the gateway, as its owner copies them from there; None keeps a kept one.
    `seen`: `seen_of()` of those they replace (`facts_of_card_keys`)."""

    stall_id: int
    seen: str
    secret_key: str | None = field(repr=False)
    hook_secret: str | None = field(repr=False)


def keep_card_keys(session: Session, actor: Actor, new: NewCardKeys, proof: OwnerProof, *, clock: Clock) -> str:
    """Keep a verified stall's keys, encrypted. Returns the key of the address the gateway calls; new keys keep it.

    The first keys count at once: they turn no money elsewhere. Others take their place after 24 hours, unless somebody
    stops them. Idempotent. Raises as `require_owner`; Refused where the commune's market takes no cards, the stall is
    not verified, or one of the first two keys is missing; ChangedSince where others are kept, or wait, than were seen;
    NotFound for no stall.
    """
    require(session, of_stall(new.stall_id), Feature.CARD)
    business, stall = _verified(session, new.stall_id)
    now = clock()
    require_owner(session, actor, business, proof, now=now)
    account = card_account_of(session, new.stall_id)
    wanted = _wanted(account, new)
    if wanted not in _kept_and_asked(session, account, new.stall_id):
        check_seen(new.seen, facts_of_card_keys(session, new.stall_id))
        if account is None:
            _write_keys(session, stall, wanted, now=now)
            _record(session, actor, "keep_card_keys", stall.row, "card_account", now)
        else:
            ask_change(session, actor, business, _change_to(new.stall_id, wanted), now=now)
    return hook_key_of(new.stall_id)


def _wanted(account: CardAccount | None, new: NewCardKeys) -> Keys:
    secret, hook = _keys_of(account) if account else (None, None)
    wanted = new.secret_key or secret, new.hook_secret or hook
    if wanted[0] is None or wanted[1] is None:
        raise Refused("keys_missing", "Lần đầu cần đủ cả hai khóa.")
    return wanted[0], wanted[1]


def _keys_of(account: CardAccount) -> Keys:
    return vault().decrypt(account.secret_cipher), vault().decrypt(account.hook_secret_cipher)


def _kept_and_asked(session: Session, account: CardAccount | None, stall_id: int) -> list[Keys]:
    waiting = waiting_change(session, ChangeKind.CARD_KEYS, stall_id)
    asked = [_keys_in(content_of(waiting))] if waiting else []
    return [_keys_of(account), *asked] if account else asked


def _keys_in(content: dict[str, str | None]) -> Keys:
    return content["secret_key"] or "", content["hook_secret"] or ""


def _change_to(stall_id: int, keys: Keys) -> NewChange:
    secret, hook = keys
    shown = f"khóa nhận thẻ là khóa số đuôi {secret[-4:]}, khóa báo tin số đuôi {hook[-4:]}"
    content = {"shown": shown, "secret_key": secret, "hook_secret": hook}
    return NewChange(kind=ChangeKind.CARD_KEYS, subject_id=stall_id, content=content)


def _write_keys(session: Session, stall: Locked[Stall], keys: Keys, *, now: datetime) -> None:
    account = card_account_of(session, stall.row.id)
    if account is None:
        account = CardAccount(stall_id=stall.row.id, key=hook_key_of(stall.row.id), created_at=now)
        session.add(account)
    account.secret_cipher, account.hook_secret_cipher = vault().encrypt(keys[0]), vault().encrypt(keys[1])
    session.flush()


def begin_card_keys(session: Session, change_id: int, *, clock: Clock) -> bool:
    """Let the keys that wait take the place of the others, once their time has come; False where nothing began.
    Idempotent. NotFound for no such change."""
    due = due_change(session, ChangeKind.CARD_KEYS, change_id, clock=clock)
    if due is None:
        return False
    stall = locked(session, Stall, Stall.id == due.change.subject_id)
    _write_keys(session, stall, _keys_in(content_of(due.change)), now=due.now)
    end_change(session, GUEST, due, ChangeState.BEGUN)
    return True


def enable_card_payments(session: Session, actor: Actor, stall_id: int, *, seen: str, now: datetime) -> None:
    """Offer cards at a verified stall whose keys are kept; Refused at any other, and where the commune's market
    takes no cards; NotFound for none. Idempotent.

    NotAllowed for who is no member. ChangedSince where other keys are kept than were seen, and tried (`seen`:
    `facts_of_card_keys`).
    """
    require(session, of_stall(stall_id), Feature.CARD)
    business, stall = _verified(session, stall_id)
    require_member(session, actor, business)
    if card_account_of(session, stall_id) is None:
        raise Refused("keys_missing", "Chưa có khóa của nơi nhận thẻ. Mời lưu khóa trước rồi bật.")
    if not stall.row.accepts_card:
        check_seen(seen, facts_of_card_keys(session, stall_id))
    _switch(session, actor, stall, accepts=True, now=now)


def disable_card_payments(session: Session, actor: Actor, stall_id: int, *, now: datetime) -> None:
    """Stop offering cards; what is under way is still heard of. Idempotent. NotAllowed for a helper, NotFound for no
    stall."""
    refuse_helper(actor)
    _switch(session, actor, locked(session, Stall, Stall.id == stall_id), accepts=False, now=now)


def _verified(session: Session, stall_id: int) -> tuple[Locked[Business], Locked[Stall]]:
    """The stall, locked after its business, under whose lock a verification is given or ends."""
    business_id = session.scalar(select(Stall.business_id).where(Stall.id == stall_id))
    business = locked(session, Business, Business.id == business_id)
    if verification_of(session, business.row.id) is None:
        raise Refused("not_verified", "Xã chưa xác nhận hộ, HTX của bạn nên chưa nhận thẻ được. Mời gọi xã trước.")
    return business, locked(session, Stall, Stall.id == stall_id)


def _switch(session: Session, actor: Actor, switched: Locked[Stall], *, accepts: bool, now: datetime) -> None:
    stall = switched.row
    if stall.accepts_card is accepts:
        return
    stall.accepts_card = accepts
    session.flush()
    _record(session, actor, "take_cards" if accepts else "take_no_cards", stall, "accepts_card", now)


def _record(session: Session, actor: Actor, verb: str, stall: Stall, field: str, now: datetime) -> None:
    record(session, actor, change_at(stall, verb, "stall", stall.id, field), now=now)
