"""What happens to the account a business is paid into: the first at once, another a day after it was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Consent, ConsentPurpose, Person
from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import Refused
from market.base.secrets import vault
from market.base.seen import check_seen
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers import queries
from market.sellers.actions.authority import (
    OWN_BUSINESS,
    OwnerProof,
    PaperSeen,
    require_member,
    require_owner,
)
from market.sellers.actions.changes import (
    WAITS,
    DueChange,
    NewChange,
    Told,
    ask_change,
    due_change,
    end_change,
    tell_members,
)
from market.sellers.actions.register import log_business
from market.sellers.models import (
    ACCOUNT_DIGEST,
    BankAccount,
    Business,
    ChangeKind,
    ChangeState,
    HolderRelation,
    Verification,
    WaitingChange,
)
from market.sellers.rules import BANKS, HolderLikeness, HolderVerdict, compare_holder, reason_against_account
from market.values.period import local_day
from market.values.phone import Phone
from market.values.text import fold

FAMILY_TEXT_VERSION = "2026-11"
AT_ONCE = timedelta()
FAMILY_PHONE_NEEDED = "Mời viết số điện thoại của người nhà: người ấy đăng nhập chợ trên máy của mình và bấm Đồng ý."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBankAccount:
    """Where a business is paid. `is_family`: into the account of a family member, who agrees to it themselves, with an
    account of that name on the market whose phone is `family_phone`, or before the officer who saw a paper. `seen`:
    `seen_of()` of the facts of the account that it replaces."""

    business_id: int
    bin: str
    number: str = field(repr=False)
    holder: str
    is_family: bool
    family_phone: Phone | None
    seen: str


def set_bank_account(
    session: Session, actor: Actor, new: NewBankAccount, proof: OwnerProof, *, clock: Clock
) -> int | None:
    """Set where a verified business is paid; returns the account's id, or None where it waits: for 24 hours where the
    business has ever had another account, for the family member to agree. Open payment requests keep the account they
    were told. Idempotent: what is the live account, or waits to be, stays so.

    Raises as `require_owner`; ChangedSince where the live one or what waits is not what was seen. Refused where the
    business is not verified, or where the holder is neither the verified person nor said to be a family member.
    NotFound for no such business.
    """
    business, now = locked(session, Business, Business.id == new.business_id), clock()
    require_owner(session, actor, business, proof, now=now)
    _refuse_unpayable(new, now=now)
    content = _content(new, _relation(session, business, new, proof))
    _refuse_own_account(session, actor, new, proof)
    current = live_account(session, business)
    waiting = queries.waiting_change(session, ChangeKind.BANK_ACCOUNT, business.row.id)
    if current and _is_same_account(current.row, content):
        return current.row.id
    if waiting and _is_asked_already(waiting, content, new.family_phone):
        return None
    check_seen(new.seen, queries.bank_account_facts(session, new.business_id))
    return _open_or_ask(session, actor, business, _asked(session, new, content, proof), now=now)


def _refuse_unpayable(new: NewBankAccount, *, now: datetime) -> None:
    """Nobody's bank app pays into a wallet by a code."""
    if reason := reason_against_account(new.bin, new.number, local_day(now)):
        raise Refused("no_qr", reason)


def _relation(session: Session, business: Locked[Business], new: NewBankAccount, proof: OwnerProof) -> HolderRelation:
    """The verified person's or the business's own account, or said to be that of a family member; else Refused. Where
    the name alone does not say whose it is, an officer says it, who saw the paper."""
    verification = queries.verification_of(session, business.row.id)
    if verification is None:
        raise Refused("not_verified", "Xã chưa xác nhận hộ, HTX của bạn nên chưa đặt được tài khoản nhận tiền.")
    verdict = _verdict(business, verification, new.holder)
    if _is_own(verdict, has_paper=isinstance(proof, PaperSeen)):
        return HolderRelation.SELF
    if new.is_family:
        return HolderRelation.FAMILY
    if verdict.likeness is HolderLikeness.UNSURE:
        raise Refused(
            "holder_unsure",
            f"Tên chủ tài khoản {verdict.why}, chưa biết có phải {verification.full_name} hay không. Mời viết đủ họ "
            "tên như app ngân hàng hiện; đã đúng như vậy thì mang giấy tờ ra xã, cán bộ xem rồi ghi.",
        )
    raise Refused(
        "holder_differs",
        f"Tên chủ tài khoản khác với người đã xác nhận ({verification.full_name}). "
        "Nếu là tài khoản người nhà, chọn mục đó và ghi số điện thoại của người nhà.",
    )


def _verdict(business: Locked[Business], verification: Verification, holder: str) -> HolderVerdict:
    return compare_holder(holder, person=verification.full_name, business=business.row.name)


def _is_own(verdict: HolderVerdict, *, has_paper: bool) -> bool:
    return verdict.likeness is HolderLikeness.SAME or (has_paper and verdict.likeness is HolderLikeness.UNSURE)


def _content(new: NewBankAccount, relation: HolderRelation) -> dict[str, str | None]:
    bank = BANKS[new.bin].short_name if new.bin in BANKS else new.bin
    family = ", tài khoản người nhà" if relation is HolderRelation.FAMILY else ""
    shown = f"tài khoản nhận tiền là {new.holder}, {bank}, số đuôi {new.number[-4:]}{family}"
    return {"shown": shown, "bin": new.bin, "number": new.number, "holder": new.holder, "relation": relation}


def _refuse_own_account(session: Session, actor: Actor, new: NewBankAccount, proof: OwnerProof) -> None:
    """An officer records nobody's money into an account of their own name."""
    officer = session.get(Person, actor.person_id) if isinstance(proof, PaperSeen) else None
    if officer is not None and fold(officer.name) == fold(new.holder):
        raise Refused("own_business", OWN_BUSINESS)


def live_account(session: Session, business: Locked[Business]) -> Locked[BankAccount] | None:
    live = BankAccount.business_id == business.row.id, BankAccount.closed_at.is_(None)
    return next(iter(locked_all(session, BankAccount, *live)), None)


def _is_same_account(account: BankAccount, content: Mapping[str, str | None]) -> bool:
    known = account.holder, account.relation
    is_same = known == (content["holder"], content["relation"])
    return is_same and vault().is_digest(ACCOUNT_DIGEST, _number(content), account.number_digest)


def _number(content: Mapping[str, str | None]) -> str:
    return f"{content['bin']}{content['number']}"


def _is_asked_already(waiting: WaitingChange, content: Mapping[str, str | None], family_phone: Phone | None) -> bool:
    phone = family_phone if content["relation"] == HolderRelation.FAMILY else None
    return queries.content_of(waiting) == content and (waiting.paper is not None or waiting.family_phone == phone)


def _asked(session: Session, new: NewBankAccount, content: Mapping[str, str | None], proof: OwnerProof) -> NewChange:
    """What is asked for: it waits where it takes the place of another, or of one there was before; for the family
    member, but where an officer saw their paper. Refused where nobody is named who could agree."""
    paper = proof.paper if isinstance(proof, PaperSeen) else None
    needs_consent = content["relation"] == HolderRelation.FAMILY and paper is None
    if needs_consent and new.family_phone is None:
        raise Refused("family_phone_needed", FAMILY_PHONE_NEEDED)
    had_one = session.scalar(select(BankAccount.id).where(BankAccount.business_id == new.business_id).limit(1))
    return NewChange(
        kind=ChangeKind.BANK_ACCOUNT,
        subject_id=new.business_id,
        content=content,
        paper=paper,
        family_phone=new.family_phone if needs_consent else None,
        waits=WAITS if had_one else AT_ONCE,
    )


def _open_or_ask(
    session: Session, actor: Actor, business: Locked[Business], asked: NewChange, *, now: datetime
) -> int | None:
    if asked.waits == AT_ONCE and asked.family_phone is None:
        consent = _witnessed_consent(session, actor, business, asked.content, asked.paper, now=now)
        account_id = _open_account(session, business, asked.content, consent, now=now)
        log_business(session, actor, "set_bank_account", business.row, "bank_account", now=now)
        sentence = f"Đã đặt: {asked.content['shown']}. Không phải ý của gian hàng thì báo ngay cho xã."
        told = Told(about=f"bank_account:{account_id}", news=News.CHANGE_BEGUN, sentence=sentence)
        tell_members(session, business, told, now=now)
        return account_id
    change = ask_change(session, actor, business, asked, now=now)
    change.consent_id = _witnessed_consent(session, actor, business, asked.content, asked.paper, now=now)
    if change.lacks_consent:
        _tell_family(session, business, change, now=now)
    return None


def _witnessed_consent(
    session: Session,
    actor: Actor,
    business: Locked[Business],
    content: Mapping[str, str | None],
    paper: str | None,
    *,
    now: datetime,
) -> int | None:
    """A family member's consent that an officer saw on paper; None where none is needed, or it is still to be given."""
    if content["relation"] != HolderRelation.FAMILY or paper is None:
        return None
    return add_consent(session, Consent(business_id=business.row.id, note=paper, witness_id=actor.person_id), now=now)


def add_consent(session: Session, consent: Consent, *, now: datetime) -> int:
    consent.purpose, consent.text_version, consent.given_at = ConsentPurpose.FAMILY_ACCOUNT, FAMILY_TEXT_VERSION, now
    session.add(consent)
    session.flush()
    return consent.id


def _open_account(
    session: Session,
    business: Locked[Business],
    content: Mapping[str, str | None],
    consent_id: int | None,
    *,
    now: datetime,
) -> int:
    """The account in force from now on; the one before it ends in the same moment."""
    if current := live_account(session, business):
        current.row.closed_at = now
        session.flush()
    number = content["number"] or ""
    account = BankAccount(
        business_id=business.row.id,
        bin=content["bin"],
        number_cipher=vault().encrypt(number),
        number_digest=_digest_of_number(session, business, content),
        number_last4=number[-4:],
        holder=content["holder"],
        relation=content["relation"],
        consent_id=consent_id,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account.id


def _digest_of_number(session: Session, business: Locked[Business], content: Mapping[str, str | None]) -> str:
    """The digest that the business's earlier rows of this number bear, whichever key made it: by it all that hangs on
    the number, the feed of notices and the orders told to pay there, stays together."""
    same = vault().digests(ACCOUNT_DIGEST, _number(content))
    earlier = select(BankAccount.number_digest).where(
        BankAccount.business_id == business.row.id, BankAccount.number_digest.in_(same)
    )
    known = session.scalar(earlier.order_by(BankAccount.id.desc()).limit(1))
    return known or vault().digest(ACCOUNT_DIGEST, _number(content))


def begin_bank_account(session: Session, change_id: int, *, clock: Clock) -> bool:
    """Let the account that waits take the place of the other, once its time has come and its holder has agreed; False
    where nothing began. One that the business may not have any more is stopped. Idempotent. NotFound for no
    such change."""
    due = due_change(session, ChangeKind.BANK_ACCOUNT, change_id, clock=clock)
    return due is not None and _begin(session, due)


def _begin(session: Session, due: DueChange) -> bool:
    content = queries.content_of(due.change)
    verification = queries.verification_of(session, due.business.row.id)
    may_be = verification is not None and (
        content["relation"] == HolderRelation.FAMILY
        or _is_own(
            _verdict(due.business, verification, content["holder"] or ""), has_paper=due.change.paper is not None
        )
    )
    if may_be:
        _open_account(session, due.business, content, due.change.consent_id, now=due.now)
    end_change(session, GUEST, due, ChangeState.BEGUN if may_be else ChangeState.STOPPED)
    return may_be


def close_bank_account(session: Session, actor: Actor, business_id: int, *, seen: str, clock: Clock) -> None:
    """Be paid into no account from now on: narrowing, so at once, as a member, on any device. What waits still begins
    unless it is stopped. Idempotent. ChangedSince where it is not what was seen, NotAllowed for who is no member,
    NotFound for no such business."""
    business = locked(session, Business, Business.id == business_id)
    require_member(session, actor, business)
    current = live_account(session, business)
    if current is None:
        return
    check_seen(seen, queries.bank_account_facts(session, business_id))
    current.row.closed_at = now = clock()
    log_business(session, actor, "close_bank_account", business.row, "bank_account", now=now)


# --- a family member is asked -----------------------------------------------------------------------------------------


def _tell_family(session: Session, business: Locked[Business], change: WaitingChange, *, now: datetime) -> None:
    """Tell whom it may be: of the phone, and of the account's name. Whether there is anybody, the asker is not told."""
    holder, phone = queries.content_of(change)["holder"] or "", change.family_phone
    people = session.scalars(select(Person).where(Person.phone == phone, Person.erased_at.is_(None)))
    news = News.CONSENT_ASKED
    messages = [
        Message(
            commune_id=business.row.commune_id,
            dedupe_key=f"{news_key('change', change.id, news, now)}:{person.id}",
            kind=news,
            sentence=f"{business.row.name} xin nhận tiền vào tài khoản ngân hàng đứng tên bạn. Mời xem và trả lời.",
            person_id=person.id,
        )
        for person in people
        if fold(person.name) == fold(holder)
    ]
    if messages:
        enqueue_notifications(session, messages, now=now)
